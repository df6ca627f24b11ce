package dev.thalweg.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkersTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void everyWorkerRunsOnceAndAllHaveFinished(int count) {
        try (var workers = new JavaWorkers(count)) {
            assertThat(workers.count()).isEqualTo(count);
            var runs = new AtomicIntegerArray(count);
            for (int round = 1; round <= 2000; round++) {
                workers.run((worker, all) -> {
                    assertThat(all).isEqualTo(count);
                    runs.incrementAndGet(worker);
                });
                for (int i = 0; i < count; i++) assertThat(runs.get(i)).isEqualTo(round);
            }
        }
    }

    @Test
    void aFailureReachesTheCaller() {
        try (var workers = new JavaWorkers(2)) {
            assertThatThrownBy(() -> workers.run((worker, all) -> {
                        if (worker == 1) throw new IllegalStateException("worker one");
                    }))
                    .hasMessage("worker one");
            // And the workers go on.
            workers.run((worker, all) -> {});
        }
    }

    @Test
    void partsCoverEverythingInWholeGranules() {
        for (long n : new long[] {0, 1, 63, 64, 65, 1021}) {
            for (int workers = 1; workers <= 5; workers++) {
                assertThat(Workers.begin(n, 64, 0, workers)).isZero();
                assertThat(Workers.begin(n, 64, workers, workers)).isEqualTo(n);
                for (int w = 1; w < workers; w++) {
                    long begin = Workers.begin(n, 64, w, workers);
                    assertThat(begin).isGreaterThanOrEqualTo(Workers.begin(n, 64, w - 1, workers));
                    assertThat(begin % 64 == 0 || begin == n).isTrue();
                }
            }
        }
    }
}
