package dev.thalweg.data;

import dev.thalweg.picture.Dimensions;
import dev.thalweg.picture.EncodedPicture;
import dev.thalweg.picture.Picture;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Labelled pictures, numbered from 0: one part of a data set. Random access; safe for use by
/// several threads. Implement it for a source of your own.
public interface Examples extends AutoCloseable {

    int size();

    /// The class of example `i`, an index into the data set's class names.
    int label(int i);

    /// What to call example `i` in messages, the same on every machine: `train/ants/0013035.jpg`
    /// or `record 17 of train-images-idx3-ubyte.gz`.
    String name(int i);

    /// Example `i`, decoded.
    ///
    /// @throws IOException if it cannot be read; the message has its name
    Picture picture(int i) throws IOException;

    /// Example `i`, to be decoded when it is known at which size.
    default EncodedPicture toDecode(int i) throws IOException {
        return EncodedPicture.of(picture(i));
    }

    /// The size of example `i`'s picture; cheaper than decoding it where the source knows.
    default Dimensions dimensions(int i) throws IOException {
        return picture(i).dimensions();
    }

    /// The picture file that example `i` is, as it is stored; null where examples are not files, but
    /// records of one, or made. May be no picture at all.
    default byte @Nullable [] encoded(int i) throws IOException {
        return null;
    }

    /// Where example `i` is on this machine: a path, or `archive!/path`; its name where it is not a file.
    default String where(int i) {
        return name(i);
    }

    /// Bytes that example `i` takes in its source, for the fingerprint; 0 if there is no source.
    default long storedBytes(int i) {
        return 0;
    }

    /// All indices as the examples lie in their files: read in this order, files are read from front to
    /// back.
    default int[] inStoredOrder() {
        var order = new int[size()];
        for (int i = 0; i < order.length; i++) order[i] = i;
        return order;
    }

    /// All labels in order.
    default int[] labels() {
        var labels = new int[size()];
        for (int i = 0; i < labels.length; i++) labels[i] = label(i);
        return labels;
    }

    /// The examples at `indices`, in that order. Closing them closes these.
    default Examples select(int[] indices) {
        return new Selection(this, indices);
    }

    /// The first `count` examples, or all if there are fewer.
    default Examples first(int count) {
        if (count >= size()) return this;
        var indices = new int[count];
        for (int i = 0; i < count; i++) indices[i] = i;
        return select(indices);
    }

    /// The same pictures with the label of example i replaced by `labels[i]`.
    default Examples relabelled(int[] labels) {
        return new Relabelled(this, labels);
    }

    /// Releases files held open. Examples may not be used afterwards; closing twice is harmless.
    @Override
    default void close() {}

    /// `parts` one after the other.
    static Examples concat(List<? extends Examples> parts) {
        return parts.size() == 1 ? parts.getFirst() : new Concatenation(parts);
    }

    static Examples concat(Examples... parts) {
        return concat(List.of(parts));
    }

    /// No examples.
    static Examples none() {
        return concat(List.of());
    }
}
