package dev.thalweg.data;

import dev.thalweg.picture.Dimensions;
import dev.thalweg.picture.EncodedPicture;
import dev.thalweg.picture.Picture;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Several lists of examples one after the other.
final class Concatenation implements Examples {
    private final List<Examples> parts;
    /// The number of the first example of each part, and the total.
    private final int[] starts;

    Concatenation(List<? extends Examples> parts) {
        this.parts = List.copyOf(parts);
        starts = new int[parts.size() + 1];
        for (int p = 0; p < parts.size(); p++)
            starts[p + 1] = Math.addExact(starts[p], parts.get(p).size());
    }

    private int partOf(int i) {
        Objects.checkIndex(i, size());
        int found = Arrays.binarySearch(starts, i);
        if (found < 0) return -found - 2;
        // Empty parts start where the next one does: the last of them holds the example.
        while (starts[found + 1] == i) found++;
        return found;
    }

    @Override
    public int size() {
        return starts[parts.size()];
    }

    @Override
    public int label(int i) {
        int p = partOf(i);
        return parts.get(p).label(i - starts[p]);
    }

    @Override
    public String name(int i) {
        int p = partOf(i);
        return parts.get(p).name(i - starts[p]);
    }

    @Override
    public Picture picture(int i) throws IOException {
        int p = partOf(i);
        return parts.get(p).picture(i - starts[p]);
    }

    @Override
    public EncodedPicture toDecode(int i) throws IOException {
        int p = partOf(i);
        return parts.get(p).toDecode(i - starts[p]);
    }

    @Override
    public Dimensions dimensions(int i) throws IOException {
        int p = partOf(i);
        return parts.get(p).dimensions(i - starts[p]);
    }

    @Override
    public byte @Nullable [] encoded(int i) throws IOException {
        int p = partOf(i);
        return parts.get(p).encoded(i - starts[p]);
    }

    @Override
    public String where(int i) {
        int p = partOf(i);
        return parts.get(p).where(i - starts[p]);
    }

    @Override
    public long storedBytes(int i) {
        int p = partOf(i);
        return parts.get(p).storedBytes(i - starts[p]);
    }

    @Override
    public int[] inStoredOrder() {
        var order = new int[size()];
        for (int p = 0, k = 0; p < parts.size(); p++)
            for (int i : parts.get(p).inStoredOrder()) order[k++] = starts[p] + i;
        return order;
    }

    @Override
    public void close() {
        for (var part : parts) part.close();
    }
}
