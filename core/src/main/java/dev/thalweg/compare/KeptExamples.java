package dev.thalweg.compare;

import dev.thalweg.data.DataSet;
import dev.thalweg.data.Examples;
import dev.thalweg.picture.Dimensions;
import dev.thalweg.picture.EncodedPicture;
import dev.thalweg.picture.Picture;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Examples that many runs share: they stay open when a run closes them, and small pictures are decoded, or drawn,
/// once for all.
final class KeptExamples implements Examples {
    /// Pictures whose sizes are looked at, and bytes that one takes beside its pixels.
    private static final int LOOKED_AT = 32, OVERHEAD = 64;

    private final Examples examples;
    private final Dimensions input;
    /// Null for nothing kept. Two threads may both decode a picture: the one is as good as the other.
    private final @Nullable Picture @Nullable [] kept;

    private KeptExamples(Examples examples, Dimensions input, boolean keep) {
        this.examples = examples;
        this.input = input;
        kept = keep ? new Picture[examples.size()] : null;
    }

    /// `data` for many runs, none of which closes it.
    ///
    /// @param input of the network: pictures of twice that size and more are not kept, because a decoder may then
    ///     read only a part of them
    /// @param bytes that pictures may take; if all do not fit, none is kept
    static DataSet lent(DataSet data, Dimensions input, long bytes) throws IOException {
        long needed = bytes(data.train()) + bytes(data.validation()) + bytes(data.test());
        boolean keep = needed <= bytes;
        return with(
                data,
                new KeptExamples(data.train(), input, keep),
                new KeptExamples(data.validation(), input, keep),
                new KeptExamples(data.test(), input, keep));
    }

    /// The same for runs that are not to see the test part.
    static DataSet withoutTest(DataSet data) {
        return with(data, data.train(), data.validation(), Examples.none());
    }

    private static DataSet with(DataSet data, Examples train, Examples validation, Examples test) {
        return new DataSet(
                data.name(), data.classes(), train, validation, test, data.fingerprint(), data.notes(), data.skipped());
    }

    private static long bytes(Examples examples) throws IOException {
        int n = examples.size();
        int looks = Math.min(LOOKED_AT, n);
        if (looks == 0) return 0;
        double bytes = 0;
        for (int k = 0; k < looks; k++)
            bytes += 3 * examples.dimensions((int) ((long) k * n / looks)).pixels() + OVERHEAD;
        return (long) (bytes / looks * n);
    }

    private boolean isSmall(Dimensions size) {
        return size.width() < 2 * input.width() && size.height() < 2 * input.height();
    }

    @Override
    public Picture picture(int i) throws IOException {
        if (kept == null) return examples.picture(i);
        var picture = kept[i];
        if (picture != null) return picture;
        picture = examples.picture(i);
        if (isSmall(picture.dimensions())) kept[i] = picture;
        return picture;
    }

    @Override
    public EncodedPicture toDecode(int i) throws IOException {
        if (kept == null) return examples.toDecode(i);
        var picture = kept[i];
        if (picture != null) return EncodedPicture.of(picture);
        var encoded = examples.toDecode(i);
        return isSmall(encoded.dimensions()) ? EncodedPicture.of(picture(i)) : encoded;
    }

    @Override
    public int size() {
        return examples.size();
    }

    @Override
    public int label(int i) {
        return examples.label(i);
    }

    @Override
    public int[] labels() {
        return examples.labels();
    }

    @Override
    public String name(int i) {
        return examples.name(i);
    }

    @Override
    public String where(int i) {
        return examples.where(i);
    }

    @Override
    public Dimensions dimensions(int i) throws IOException {
        return examples.dimensions(i);
    }

    @Override
    public byte @Nullable [] encoded(int i) throws IOException {
        return examples.encoded(i);
    }

    @Override
    public long storedBytes(int i) {
        return examples.storedBytes(i);
    }

    @Override
    public int[] inStoredOrder() {
        return examples.inStoredOrder();
    }
}
