package dev.thalweg.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RandomKeyTest {
    /// Recipes promise the same bits from version to version: these numbers may never change.
    @Test
    void keepsItsNumbersForEver() {
        var key = RandomKey.of(1).fold("augment").fold(2).fold(3);
        assertThat(key).isEqualTo(RandomKey.of(1).fold("augment").fold(2).fold(3));
        assertThat(new long[] {RandomKey.of(0).bits(), key.bits(), key.at(0), key.at(1)})
                .isEqualTo(FROZEN);
        assertThat(RandomKey.of(5).permutation(8)).isEqualTo(PERMUTATION);
    }

    private static final long[] FROZEN = {
        -2152535657050944081L, -7491058465047187394L, -4037872969579180246L, 3441673682687631186L
    };
    private static final int[] PERMUTATION = {4, 0, 2, 3, 1, 7, 6, 5};

    @Test
    void differsBySeedPurposeAndIndex() {
        var key = RandomKey.of(1);
        assertThat(key.fold(1))
                .isNotEqualTo(key.fold(2))
                .isNotEqualTo(RandomKey.of(2).fold(1));
        assertThat(key.fold("a")).isNotEqualTo(key.fold("b"));
        assertThat(key.fold("ab").fold("c")).isNotEqualTo(key.fold("a").fold("bc"));
    }

    @Test
    void uniformIsUniform() {
        var key = RandomKey.of(7);
        int n = 200_000;
        double sum = 0;
        double squares = 0;
        double lag = 0;
        for (int i = 0; i < n; i++) {
            float u = key.uniform(i);
            assertThat(u).isGreaterThanOrEqualTo(0).isLessThan(1);
            sum += u;
            squares += (u - 0.5) * (u - 0.5);
            lag += (u - 0.5) * (key.uniform(i + 1) - 0.5);
        }
        assertThat(sum / n).isCloseTo(0.5, within(0.003));
        assertThat(squares / n).isCloseTo(1 / 12.0, within(0.001));
        assertThat(lag / n).isCloseTo(0, within(0.001));
    }

    @Test
    void belowCoversEveryValueEvenly() {
        var counts = new int[7];
        var key = RandomKey.of(3);
        for (int i = 0; i < 70_000; i++) counts[key.below(i, 7)]++;
        for (int count : counts) assertThat(count).isBetween(9_600, 10_400);
        assertThatThrownBy(() -> key.below(0, 0)).hasMessage("a bound must be at least 1, got 0");
    }

    @Test
    void aPermutationHasEachNumberOnce() {
        var order = RandomKey.of(9).permutation(1021);
        var sorted = order.clone();
        Arrays.sort(sorted);
        for (int i = 0; i < sorted.length; i++) assertThat(sorted[i]).isEqualTo(i);
        assertThat(order).isNotEqualTo(sorted);
        assertThat(RandomKey.of(9).permutation(0)).isEmpty();
    }

    @Test
    void theGeneratorDrawsTheKeysNumbers() {
        var key = RandomKey.of(4);
        var generator = key.generator();
        assertThat(generator.nextLong()).isEqualTo(key.at(0));
        assertThat(generator.nextLong()).isEqualTo(key.at(1));
    }
}
