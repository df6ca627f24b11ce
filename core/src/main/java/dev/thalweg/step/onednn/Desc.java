package dev.thalweg.step.onednn;

import java.util.Arrays;
import java.util.stream.Collectors;

/// The shape, element type and order in memory of a tensor. Owned by a [Scope] or by a primitive
/// descriptor in it.
public final class Desc {
    final long handle;

    Desc(long handle) {
        this.handle = handle;
    }

    public long bytes() {
        return DnnlMemory.size(handle);
    }

    public DataType type() {
        return DataType.of(DnnlMemory.queryInt(handle, 258));
    }

    public long[] dims() {
        return DnnlMemory.queryLongs(handle, 257, DnnlMemory.queryInt(handle, 256));
    }

    /// Whether both mean the same bytes in the same order.
    public boolean sameAs(Desc other) {
        return DnnlMemory.equal(handle, other.handle);
    }

    /// Extents, and the block sizes of a blocked layout, for people.
    public String describe() {
        var text =
                new StringBuilder(Arrays.stream(dims()).mapToObj(Long::toString).collect(Collectors.joining("×")));
        int blocks = DnnlMemory.queryInt(handle, 262) == 2 ? DnnlMemory.queryInt(handle, 263) : 0;
        if (blocks > 0) {
            long[] sizes = DnnlMemory.queryLongs(handle, 264, blocks);
            long[] axes = DnnlMemory.queryLongs(handle, 265, blocks);
            text.append('/');
            for (int i = 0; i < blocks; i++) text.append(sizes[i]).append((char) ('a' + axes[i]));
        }
        return text.toString();
    }

    @Override
    public String toString() {
        return describe() + " " + type();
    }
}
