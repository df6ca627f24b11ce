package dev.thalweg.data;

import dev.thalweg.picture.Dimensions;
import dev.thalweg.picture.EncodedPicture;
import dev.thalweg.picture.Picture;
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

    /// Sorted by where the other list's examples lie, in two passes over each.
    @Override
    public int[] inStoredOrder() {
        var rank = new int[all.size()];
        int[] stored = all.inStoredOrder();
        for (int k = 0; k < stored.length; k++) rank[stored[k]] = k;
        var begin = new int[stored.length + 1];
        for (int i : indices) begin[rank[i] + 1]++;
        for (int k = 0; k < stored.length; k++) begin[k + 1] += begin[k];
        var order = new int[indices.length];
        for (int i = 0; i < indices.length; i++) order[begin[rank[indices[i]]]++] = i;
        return order;
    }

    @Override
    public void close() {
        all.close();
    }
}
