package dev.thalweg.data.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScanTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 16, 17, 1021})
    void looksAtEachOnce(int n) throws IOException {
        var looks = new AtomicIntegerArray(n);
        var reports = new ArrayList<Integer>();
        Scan.all(
                n,
                (done, total) -> {
                    assertThat(total).isEqualTo(n);
                    reports.add(done);
                },
                (i, thread) -> {
                    assertThat(thread).isBetween(0, Scan.threads() - 1);
                    looks.incrementAndGet(i);
                });
        for (int i = 0; i < n; i++) assertThat(looks.get(i)).isOne();
        assertThat(reports).last().isEqualTo(n);
    }

    @Test
    void theFirstFailureEndsIt() {
        assertThatThrownBy(() -> Scan.all(5000, Scan.Progress.SILENT, (i, thread) -> {
                    if (i == 40) throw new IOException("no " + i);
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("no 40");
        assertThatThrownBy(() -> Scan.all(5, Scan.Progress.SILENT, (i, thread) -> {
                    throw new IllegalStateException("all of them");
                }))
                .hasMessage("all of them");
    }
}
