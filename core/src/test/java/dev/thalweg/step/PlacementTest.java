package dev.thalweg.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thalweg.tensor.RandomKey;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class PlacementTest {
    private static Buffer buffer(long bytes, int first, int last) {
        var buffer = new Buffer(bytes);
        buffer.touch(first);
        buffer.touch(last);
        return buffer;
    }

    @Test
    void buffersOfDisjointLivesShareMemory() {
        var a = buffer(8192, 0, 1);
        var b = buffer(8192, 2, 3);
        var c = buffer(4096, 1, 2);
        assertThat(Placement.place(new ArrayList<>(java.util.List.of(a, b, c)))).isEqualTo(12288);
        assertThat(a.offset).isEqualTo(b.offset).isZero();
        assertThat(c.offset).isEqualTo(8192);
    }

    @Test
    void buffersAliveTogetherNeverOverlap() {
        var random = RandomKey.of(11).generator();
        var buffers = new ArrayList<Buffer>();
        long total = 0;
        for (int i = 0; i < 300; i++) {
            int first = random.nextInt(100);
            var buffer = buffer(1 + random.nextInt(100_000), first, first + random.nextInt(20));
            buffers.add(buffer);
            total += buffer.bytes;
        }
        long top = Placement.place(buffers);
        assertThat(top).isLessThan(total / 2);
        for (var a : buffers) {
            assertThat(a.offset).isNotNegative();
            assertThat(a.offset + a.bytes).isLessThanOrEqualTo(top);
            for (var b : buffers) {
                if (a == b || a.first > b.last || b.first > a.last) continue;
                assertThat(a.offset + a.bytes <= b.offset || b.offset + b.bytes <= a.offset)
                        .as("%s and %s", a.offset, b.offset)
                        .isTrue();
            }
        }
    }

    @Test
    void fixedAndUnusedBuffersAreLeftAlone() {
        var fixed = Buffer.fixed(100, 4096);
        fixed.touch(0);
        var unused = new Buffer(100);
        assertThat(Placement.place(new ArrayList<>(java.util.List.of(fixed, unused))))
                .isZero();
        assertThat(fixed.offset).isEqualTo(-1);
        assertThat(unused.offset).isEqualTo(-1);
    }
}
