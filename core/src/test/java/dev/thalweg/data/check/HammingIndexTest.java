package dev.thalweg.data.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.tensor.RandomKey;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HammingIndexTest {
    /// Random words, and beside every third of them one that differs in 0 … 9 random bits.
    private static long[] words(int n, long seed) {
        var key = RandomKey.of(seed);
        var words = new long[n];
        for (int i = 0; i < n; i++) {
            words[i] = key.at(i);
            if (i % 3 != 2) continue;
            words[i] = words[key.fold(1).below(i, i)];
            int flips = key.fold(2).below(i, 10);
            for (int f = 0; f < flips; f++)
                words[i] ^= 1L << key.fold(3).fold(f).below(i, 64);
        }
        return words;
    }

    private static List<String> found(long[] words, int radius) {
        var pairs = new ArrayList<String>();
        new HammingIndex(words).pairs(radius, (i, j, distance) -> pairs.add(i + "-" + j + ":" + distance));
        return pairs;
    }

    private static List<String> bruteForce(long[] words, int radius) {
        var pairs = new ArrayList<String>();
        for (int j = 0; j < words.length; j++)
            for (int i = 0; i < j; i++) {
                int distance = Long.bitCount(words[i] ^ words[j]);
                if (distance <= radius) pairs.add(i + "-" + j + ":" + distance);
            }
        return pairs;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    void findsWhatComparingAllWithAllFinds(int radius) {
        var words = words(1021, 40 + radius);
        var expected = bruteForce(words, radius);
        assertThat(expected).hasSizeGreaterThan(radius == 0 ? 20 : 50);
        // Each once, whichever tables bring them together.
        assertThat(found(words, radius)).containsExactlyInAnyOrderElementsOf(expected);
    }

    /// Few bits set, as hashes of plain pictures have: many words in few buckets.
    @ParameterizedTest
    @ValueSource(ints = {3, 7})
    void crowdedBucketsToo(int radius) {
        var words = words(401, 5);
        for (int i = 0; i < words.length; i++) words[i] &= 0x0101_0003_8000_0007L;
        var expected = bruteForce(words, radius);
        assertThat(new TreeSet<>(found(words, radius))).isEqualTo(new TreeSet<>(expected));
        assertThat(found(words, radius)).hasSameSizeAs(expected);
    }

    @Test
    void oneAndNoneHaveNoPairs() {
        assertThat(found(new long[0], 7)).isEmpty();
        assertThat(found(new long[] {-1}, 7)).isEmpty();
        assertThat(found(new long[] {-1, -1}, 0)).containsExactly("0-1:0");
    }

    @Test
    void refusesARadiusThatItWouldNotSeeThrough() {
        var index = new HammingIndex(new long[] {1, 2});
        assertThatThrownBy(() -> index.pairs(8, (i, j, d) -> {})).hasMessage("a radius must be in 0 … 7, got 8");
        assertThatThrownBy(() -> index.pairs(-1, (i, j, d) -> {})).hasMessage("a radius must be in 0 … 7, got -1");
    }
}
