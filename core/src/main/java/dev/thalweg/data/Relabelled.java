package dev.thalweg.data;

import dev.thalweg.picture.Dimensions;
import dev.thalweg.picture.EncodedPicture;
import dev.thalweg.picture.Picture;
import dev.thalweg.tensor.Require;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The pictures of another list with labels of its own.
final class Relabelled implements Examples {
    private final Examples pictures;
    private final int[] labels;

    Relabelled(Examples pictures, int[] labels) {
        Require.that(
                labels.length == pictures.size(),
                "%s examples need as many labels, got %s",
                pictures.size(),
                labels.length);
        this.pictures = pictures;
        this.labels = labels.clone();
    }

    @Override
    public int size() {
        return labels.length;
    }

    @Override
    public int label(int i) {
        return labels[i];
    }

    @Override
    public String name(int i) {
        return pictures.name(i);
    }

    @Override
    public Picture picture(int i) throws IOException {
        return pictures.picture(i);
    }

    @Override
    public EncodedPicture toDecode(int i) throws IOException {
        return pictures.toDecode(i);
    }

    @Override
    public Dimensions dimensions(int i) throws IOException {
        return pictures.dimensions(i);
    }

    @Override
    public byte @Nullable [] encoded(int i) throws IOException {
        return pictures.encoded(i);
    }

    @Override
    public String where(int i) {
        return pictures.where(i);
    }

    @Override
    public long storedBytes(int i) {
        return pictures.storedBytes(i);
    }

    @Override
    public int[] inStoredOrder() {
        return pictures.inStoredOrder();
    }

    @Override
    public void close() {
        pictures.close();
    }
}
