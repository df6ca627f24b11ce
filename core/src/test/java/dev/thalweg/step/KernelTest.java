package dev.thalweg.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.tensor.RandomKey;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The kernels in Java: the fast form against the plain one, bit for bit.
class KernelTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 15, 16, 17, 1021})
    void dropoutWithTheVectorApiIsTheScalarOne(int n) {
        var random = RandomKey.of(n).generator();
        try (var arena = Arena.ofConfined()) {
            for (boolean bf16 : new boolean[] {false, true}) {
                var x = arena.allocate(n * 4L, 64);
                var plain = arena.allocate(n * 4L, 64);
                var fast = arena.allocate(n * 4L, 64);
                for (int i = 0; i < n; i++) {
                    float v = (float) random.nextGaussian();
                    if (bf16) x.setAtIndex(ValueLayout.JAVA_SHORT, i, Bf16.of(v));
                    else x.setAtIndex(ValueLayout.JAVA_FLOAT, i, v);
                }
                var mask = DropoutKernel.Mask.of(0.3f);
                for (int from : new int[] {0, n / 3}) {
                    DropoutKernel.apply(x, plain, from, n, bf16, mask, 987654321987L);
                    DropoutSimd.apply(x, fast, from, n, bf16, mask, 987654321987L);
                    assertThat(fast.mismatch(plain)).isEqualTo(-1);
                }
            }
        }
    }

    @Test
    void dropoutDropsTheShareItSays() {
        int n = 1_000_000;
        for (float p : new float[] {0.1f, 0.5f, 0.9f}) {
            var mask = DropoutKernel.Mask.of(p);
            long next = RandomKey.fold(42, 1);
            int dropped = 0;
            int both = 0;
            for (int i = 0; i < n; i++) {
                boolean here = mask.factor(42, i) == 0;
                if (here) dropped++;
                else assertThat(mask.factor(42, i)).isEqualTo(1 / (1 - p));
                if (here && mask.factor(next, i) == 0) both++;
            }
            double deviation = Math.sqrt(p * (1 - p) / n);
            assertThat((double) dropped / n).isCloseTo(p, within(5 * deviation));
            // Another step's mask is independent of this one's.
            assertThat((double) both / n).isCloseTo((double) p * p, within(0.003));
        }
    }

    @Test
    void bf16RoundsToNearestEven() {
        assertThat(Bf16.of(1f)).isEqualTo((short) 0x3f80);
        assertThat(Bf16.of(Float.intBitsToFloat(0x3f808000))).isEqualTo((short) 0x3f80); // a tie, down to even
        assertThat(Bf16.of(Float.intBitsToFloat(0x3f818000))).isEqualTo((short) 0x3f82); // a tie, up to even
        assertThat(Bf16.of(Float.intBitsToFloat(0x3f808001))).isEqualTo((short) 0x3f81);
        assertThat(Bf16.of(-2.5f)).isEqualTo((short) 0xc020);
        assertThat(Bf16.of(Float.POSITIVE_INFINITY)).isEqualTo((short) 0x7f80);
        assertThat(Bf16.toFloat(Bf16.of(Float.NaN))).isNaN();
        assertThat(Bf16.toFloat((short) 0xc020)).isEqualTo(-2.5f);
    }
}
