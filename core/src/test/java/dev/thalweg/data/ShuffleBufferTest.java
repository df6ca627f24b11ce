package dev.thalweg.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.tensor.RandomKey;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShuffleBufferTest {

    private static int[] identity(int n) {
        return IntStream.range(0, n).toArray();
    }

    private static RandomKey epoch(int epoch) {
        return RandomKey.of(7).fold("shuffle").fold(epoch);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "1, 5, 3", "1021, 1, 1", "1021, 64, 10", "1021, 1021, 1021", "1021, 5000, 7", "97, 3, 96"})
    void anOrderHoldsEveryExampleOnce(int n, int examples, int run) {
        var stored = RandomKey.of(3).permutation(n);
        var order = new ShuffleBuffer(examples, run).order(stored, epoch(0));
        assertThat(Arrays.stream(order).sorted().toArray()).isEqualTo(identity(n));
        assertThat(new ShuffleBuffer(examples, run).order(stored, epoch(0))).isEqualTo(order);
        if (n > 1 && (examples > 1 || n > run))
            assertThat(new ShuffleBuffer(examples, run).order(stored, epoch(1))).isNotEqualTo(order);
    }

    /// A buffer of one example lets it through: what is left is the order of the runs.
    @Test
    void withoutABufferRunsComeWhole() {
        var order = new ShuffleBuffer(1, 10).order(identity(95), epoch(0));
        int last =
                IntStream.range(0, 95).filter(k -> order[k] == 90).findFirst().orElseThrow();
        for (int k = 0; k < 95; k++) {
            int within = k < last ? k % 10 : k < last + 5 ? k - last : (k - 5) % 10;
            assertThat(order[k] % 10).isEqualTo(within);
        }
    }

    /// At the k-th place an example can only stand that has entered: in the stream before the one at
    /// k + the buffer, for which it makes room. So what is read lies in a window that moves on. Of 5000 draws
    /// some hit the example that has just come.
    @Test
    void nothingComesBeforeItHasEnteredTheBuffer() {
        int n = 5000, buffer = 300, run = 25;
        var stored = identity(n);
        var order = new ShuffleBuffer(buffer, run).order(stored, epoch(0));
        var stream = new ShuffleBuffer(1, run).order(stored, epoch(0));
        var entered = new int[n];
        for (int k = 0; k < n; k++) entered[stream[k]] = k;
        double wait = 0;
        int ahead = 0;
        for (int k = 0; k < n; k++) {
            ahead = Math.max(ahead, entered[order[k]] - k);
            wait += k + buffer - entered[order[k]];
        }
        assertThat(ahead).isEqualTo(buffer - 1);
        // Each draw leaves an example in the buffer with probability 1 − 1/300.
        assertThat(wait / n).isBetween(0.8 * buffer, 1.1 * buffer);
    }

    /// Uniform: each example comes equally early, over many epochs.
    @Test
    void everyExampleReachesEveryPart() {
        int n = 60, epochs = 2000;
        var early = new int[n];
        for (int e = 0; e < epochs; e++) {
            var order = new ShuffleBuffer(20, 5).order(identity(n), epoch(e));
            for (int k = 0; k < n / 2; k++) early[order[k]]++;
        }
        // 1000 expected, standard deviation 22.
        for (int count : early) assertThat(count).isBetween(880, 1120);
    }

    @Test
    void suitsTheSet() {
        // 3 kB each in 16 GB: 2 GB of them are 666,666; 87 make a quarter of a MiB.
        assertThat(ShuffleBuffer.of(10_000_000, 30_000_000_000L, 16_000_000_000L))
                .isEqualTo(new ShuffleBuffer(666_666, 87));
        assertThat(ShuffleBuffer.of(100, 30_000_000_000L, 16_000_000_000L)).isEqualTo(new ShuffleBuffer(6, 1));
        assertThatThrownBy(() -> new ShuffleBuffer(0, 1))
                .hasMessage("ShuffleBuffer.examples must be at least 1, got 0");
    }

    @Test
    void storedOrderPassesThroughListsOfLists() {
        var backwards = Fixtures.stored(4, 3, 2, 1, 0);
        var forwards = Fixtures.stored(0, 1, 2);
        assertThat(backwards.inStoredOrder()).containsExactly(4, 3, 2, 1, 0);
        assertThat(Examples.concat(backwards, forwards).inStoredOrder()).containsExactly(4, 3, 2, 1, 0, 5, 6, 7);
        assertThat(backwards.select(new int[] {1, 4, 0, 4}).inStoredOrder()).containsExactly(1, 3, 0, 2);
        assertThat(backwards.relabelled(new int[5]).inStoredOrder()).containsExactly(4, 3, 2, 1, 0);
    }
}
