package dev.thalweg.data;

import dev.thalweg.tensor.Require;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Some of the examples of another list, in an order of their own.
final class Selection implements Examples {
    private final Examples all;
    private final int[] indices;

    Selection(Examples all, int[] indices) {
        for (int i : indices)
            Require.that(0 <= i && i < all.size(), "an index must be in [0, %s), got %s", all.size(), i);
        this.all = all;
        this.indices = indices.clone();
    }

    @Override
    public int size() {
        return indices.length;
    }

    @Override
    public int label(int i) {
        return all.label(indices[i]);
    }

    @Override
    public String name(int i) {
        return all.name(indices[i]);
    }

    @Override
    public Picture picture(int i) throws IOException {
        return all.picture(indices[i]);
    }

    @Override
    public EncodedPicture toDecode(int i) throws IOException {
        return all.toDecode(indices[i]);
    }

    @Override
    public Dimensions dimensions(int i) throws IOException {
        return all.dimensions(indices[i]);
    }

    @Override
    public byte @Nullable [] encoded(int i) throws IOException {
        return all.encoded(indices[i]);
    }

    @Override
    public String where(int i) {
        return all.where(indices[i]);
    }

    @Override
    public long storedBytes(int i) {
        return all.storedBytes(indices[i]);
    }

    @Override
    public void close() {
        all.close();
    }
}
