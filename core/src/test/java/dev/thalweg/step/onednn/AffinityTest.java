package dev.thalweg.step.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.thalweg.tensor.Workers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Asks the system itself, by `/proc`, where threads may run.
class AffinityTest {
    private static final Path STATUS = Path.of("/proc/thread-self/status");

    private static String allowed() {
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith("Cpus_allowed_list:"))
                    .findFirst()
                    .orElseThrow()
                    .substring("Cpus_allowed_list:".length())
                    .strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static AtomicReferenceArray<String> ofEachWorker(Workers workers) {
        var seen = new AtomicReferenceArray<String>(workers.count());
        workers.run((worker, count) -> seen.set(worker, allowed()));
        return seen;
    }

    private static Workers workers(int count) {
        var workers = OpenMpWorkers.of(count);
        assumeTrue(workers instanceof OpenMpWorkers, "the kernels' threads are not libgomp's here");
        return workers;
    }

    @BeforeAll
    static void linux() {
        assumeTrue(Files.isReadable(STATUS), "Linux only");
        assumeTrue(java.lang.Runtime.getRuntime().availableProcessors() > 1, "several processors only");
    }

    @Test
    void whileAPlanRunsEveryWorkerHasAProcessorOfItsOwn() {
        int all = java.lang.Runtime.getRuntime().availableProcessors();
        var workers = workers(all);
        String before = allowed();
        for (int round = 0; round < 3; round++) {
            OpenMpWorkers.enter(workers);
            try {
                var seen = ofEachWorker(workers);
                var distinct = new HashSet<String>();
                for (int i = 0; i < all; i++) {
                    assertThat(seen.get(i)).matches("\\d+");
                    distinct.add(seen.get(i));
                }
                assertThat(distinct).hasSize(all);
            } finally {
                OpenMpWorkers.leave(workers);
            }
            assertThat(allowed()).isEqualTo(before);
        }
    }

    @Test
    void aThreadMadeAfterwardsIsFree() throws InterruptedException {
        String before = allowed();
        var workers = workers(java.lang.Runtime.getRuntime().availableProcessors());
        OpenMpWorkers.enter(workers);
        OpenMpWorkers.leave(workers);
        var seen = new AtomicReferenceArray<String>(1);
        var thread = new Thread(() -> seen.set(0, allowed()));
        thread.start();
        thread.join();
        assertThat(seen.get(0)).isEqualTo(before);
    }

    /// Which processors would be right for fewer threads, only the system knows.
    @Test
    void otherNumbersOfThreadsAreFree() {
        int all = java.lang.Runtime.getRuntime().availableProcessors();
        String before = allowed();
        for (var workers : new Workers[] {workers(all), workers(all + 1)}) {
            OpenMpWorkers.enter(workers);
            OpenMpWorkers.leave(workers);
        }
        var more = workers(all + 1);
        OpenMpWorkers.enter(more);
        try {
            var seen = ofEachWorker(more);
            for (int i = 0; i < all + 1; i++) assertThat(seen.get(i)).isEqualTo(before);
        } finally {
            OpenMpWorkers.leave(more);
        }
    }
}
