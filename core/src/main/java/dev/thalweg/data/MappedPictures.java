package dev.thalweg.data;

import dev.thalweg.picture.Dimensions;
import dev.thalweg.picture.Picture;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;

/// Pictures of one size that lie decoded in a mapped file, (n, height, width, channels).
///
/// @param names empty if the file has none
/// @param arena of the mapping, closed with these examples
record MappedPictures(
        String part,
        MemorySegment pixels,
        int height,
        int width,
        int channels,
        int[] labels,
        List<String> names,
        Arena arena)
        implements Examples {

    @Override
    public int size() {
        return labels.length;
    }

    @Override
    public int label(int i) {
        return labels[i];
    }

    @Override
    public int[] labels() {
        return labels.clone();
    }

    @Override
    public String name(int i) {
        Objects.checkIndex(i, labels.length);
        return names.isEmpty() ? "picture " + i + " of " + part : names.get(i);
    }

    @Override
    public Picture picture(int i) {
        Objects.checkIndex(i, labels.length);
        var copy = new byte[height * width * channels];
        MemorySegment.copy(pixels, ValueLayout.JAVA_BYTE, (long) i * copy.length, copy, 0, copy.length);
        return new Picture(width, height, channels, copy);
    }

    @Override
    public Dimensions dimensions(int i) {
        return new Dimensions(width, height);
    }

    @Override
    public long storedBytes(int i) {
        return (long) height * width * channels;
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) arena.close();
    }
}
