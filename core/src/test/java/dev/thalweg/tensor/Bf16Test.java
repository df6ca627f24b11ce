package dev.thalweg.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Bf16Test {
    private final Arena arena = Arena.ofShared();

    @AfterEach
    void close() {
        arena.close();
    }

    private FlatVector packed(int n) {
        return FlatVector.allocate(Bf16.room(n), arena);
    }

    /// Every one of the 65,536 patterns comes back as it was, but for NaN's.
    @Test
    void whatIsExactStaysAsItIs() {
        int n = 1 << 16;
        var all = FlatVector.allocate(n, arena);
        for (int i = 0; i < n; i++) all.set(i, Float.intBitsToFloat(i << 16));
        var packed = packed(n);
        Bf16.pack(all, n, packed, 0, 7);
        var back = FlatVector.allocate(n, arena);
        Bf16.unpack(packed, 0, back, n);
        for (int i = 0; i < n; i++) {
            float value = all.get(i);
            if (Float.isNaN(value)) assertThat(Float.isFinite(back.get(i))).isFalse();
            else assertThat(Float.floatToRawIntBits(back.get(i))).isEqualTo(i << 16);
        }
    }

    /// 1 + 2⁻⁷ follows 1: 1 + 2⁻⁹ becomes it in a quarter of all cases. Binomial, 100,000 draws: five deviations are
    /// 0.007.
    @Test
    void chancesAreAsTheNeighboursAreNear() {
        int n = 100_000;
        for (float sign : new float[] {1, -1}) {
            var values = FlatVector.allocate(n, arena);
            values.fill(sign * (1 + 0x1p-9f));
            var packed = packed(n);
            Bf16.pack(values, n, packed, 0, 3);
            int up = 0;
            for (int i = 0; i < n; i++) {
                float got = sign * Bf16.get(packed, i);
                assertThat(got).isIn(1f, 1 + 0x1p-7f);
                if (got > 1) up++;
            }
            assertThat((double) up / n).isCloseTo(0.25, within(0.007));
        }
    }

    /// Other seeds and other places, other chances.
    @Test
    void chanceDependsOnSeedAndPlaceAlone() {
        int n = 1000;
        var values = FlatVector.allocate(n, arena);
        values.fill(1 + 0x1p-8f);
        FlatVector a = packed(n), b = packed(n), c = packed(n);
        Bf16.pack(values, n, a, 0, 1);
        Bf16.pack(values, n, b, 0, 2);
        int differ = 0;
        for (int i = 0; i < n; i++) if (Bf16.get(a, i) != Bf16.get(b, i)) differ++;
        assertThat(differ).isBetween(400, 600);
        for (int i = 0; i < n; i++) Bf16.pack(values, 1, c, i, 1);
        assertThat(c.toArray()).isEqualTo(a.toArray());
    }

    /// Registers and what is left over do the same, wherever a range begins; its neighbours stay.
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 16, 17, 33, 100})
    void registersGiveTheScalarBits(int n) {
        var key = RandomKey.of(n);
        var values = FlatVector.allocate(Math.max(n, 1), arena);
        for (int i = 0; i < n; i++) values.set(i, (key.uniform(i) - 0.5f) * (float) Math.pow(10, i % 70 - 35));
        for (int from = 0; from < 4; from++) {
            FlatVector whole = packed(n + 8), single = packed(n + 8);
            whole.fill(1.5f);
            single.fill(1.5f);
            Bf16.pack(values, n, whole, from, 11);
            for (int i = 0; i < n; i++) Bf16.pack(values.slice(i, 1), 1, single, from + i, 11);
            assertThat(whole.toArray()).isEqualTo(single.toArray());
            var back = FlatVector.allocate(Math.max(n, 1), arena);
            Bf16.unpack(whole, from, back, n);
            for (int i = 0; i < n; i++) assertThat(back.get(i)).isEqualTo(Bf16.get(whole, from + i));
        }
    }

    @Test
    void whatIsNotFiniteStaysSo() {
        int[] bits = {0x7f800000, 0xff800000, 0x7fc00000, 0x7fffffff, 0xffffffff, 0x7f800001, 0xffc12345};
        for (int seed = 0; seed < 100; seed++)
            for (int pattern : bits) {
                var values = FlatVector.allocate(32, arena);
                values.fill(Float.intBitsToFloat(pattern));
                var packed = packed(32);
                Bf16.pack(values, 32, packed, 0, seed);
                for (int i = 0; i < 32; i++)
                    assertThat(Float.isFinite(Bf16.get(packed, i))).isFalse();
            }
    }

    @Test
    void refusesWhatLiesOutside() {
        var values = FlatVector.allocate(10, arena);
        assertThatThrownBy(() -> Bf16.pack(values, 10, packed(9), 2, 0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> Bf16.pack(values, 11, packed(20), 0, 0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> Bf16.unpack(packed(8), 0, values, 10)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
