package dev.thalweg.step;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Gives each buffer its place in one arena so that buffers that are alive at the same time never
/// overlap: first fit, largest first.
final class Placement {
    /// Buffers begin on pages of their own.
    private static final long ALIGNMENT = 4096;

    private Placement() {}

    /// Sets the offsets; returns the arena's size in bytes.
    static long place(List<Buffer> buffers) {
        var open = new ArrayList<>(buffers);
        open.removeIf(buffer -> buffer.isFixed() || buffer.last < 0);
        open.sort(Comparator.comparingLong((Buffer buffer) -> buffer.bytes).reversed());
        var placed = new ArrayList<Buffer>(); // by offset
        long top = 0;
        for (Buffer buffer : open) {
            long at = 0;
            for (Buffer other : placed) {
                if (other.first > buffer.last || buffer.first > other.last) continue;
                if (at + buffer.bytes <= other.offset) break;
                at = Math.max(at, aligned(other.offset + other.bytes));
            }
            buffer.offset = at;
            int index = 0;
            while (index < placed.size() && placed.get(index).offset <= at) index++;
            placed.add(index, buffer);
            top = Math.max(top, aligned(at + buffer.bytes));
        }
        return top;
    }

    private static long aligned(long bytes) {
        return Math.ceilDiv(bytes, ALIGNMENT) * ALIGNMENT;
    }
}
