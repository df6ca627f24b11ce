package dev.thalweg.data;

import dev.thalweg.picture.Dimensions;
import dev.thalweg.picture.EncodedPicture;
import dev.thalweg.picture.ImageDecoder;
import dev.thalweg.picture.Picture;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Labelled picture files, decoded anew each time that they are asked for.
///
/// @param tree what the files lie in, closed with these examples
record EncodedPictures(List<StoredFile> files, int[] classes, FileTree tree) implements Examples {

    @Override
    public int size() {
        return classes.length;
    }

    @Override
    public int label(int i) {
        return classes[i];
    }

    @Override
    public String name(int i) {
        return files.get(i).path();
    }

    @Override
    public Picture picture(int i) throws IOException {
        return ImageDecoder.decode(files.get(i).read(), files.get(i).where());
    }

    @Override
    public EncodedPicture toDecode(int i) throws IOException {
        return ImageDecoder.encoded(files.get(i).read(), files.get(i).where());
    }

    @Override
    public Dimensions dimensions(int i) throws IOException {
        return ImageDecoder.dimensions(files.get(i).read(), files.get(i).where());
    }

    @Override
    public byte[] encoded(int i) throws IOException {
        return files.get(i).read();
    }

    @Override
    public String where(int i) {
        return files.get(i).where();
    }

    @Override
    public long storedBytes(int i) {
        return files.get(i).size();
    }

    @Override
    public int[] inStoredOrder() {
        var places = new long[size()];
        boolean ordered = true;
        for (int i = 0; i < places.length; i++) {
            places[i] = files.get(i).source().place();
            ordered &= i == 0 || places[i - 1] <= places[i];
        }
        if (ordered) return Examples.super.inStoredOrder();
        return IntStream.range(0, places.length)
                .boxed()
                .sorted(Comparator.comparingLong(i -> places[i]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    @Override
    public void close() {
        tree.close();
    }
}
