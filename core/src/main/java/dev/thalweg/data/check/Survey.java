package dev.thalweg.data.check;

import dev.thalweg.data.DataSet;
import dev.thalweg.data.Examples;
import dev.thalweg.picture.Picture;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Every picture of a data set, decoded once: some 500 bytes kept of each, by number. Numbers run
/// through the training, validation and test part.
final class Survey {
    static final List<String> PARTS = List.of("train", "validation", "test");

    final DataSet set;
    final Examples all;
    /// Where the parts begin, and the number of all examples.
    final int[] starts;
    /// Why an example cannot be read; null where it can.
    final @Nullable String[] failures;
    /// Null where examples are not files.
    final @Nullable StoredForm[] files;
    final int[] widths;
    final int[] heights;
    final byte[] channels;
    /// Two words of the pixels' SHA-256 for each example.
    final long[] digests;
    final long[] hashes;
    /// Null for pictures that are flat or cannot be read.
    final @Nullable Likeness[] likenesses;
    /// Whether all samples are equal, in each channel.
    final boolean[] constant;
    /// How often each value occurs in the training part, for red, green, blue; grey counts for all three.
    final long[][] values = new long[3][256];

    private Survey(DataSet set) {
        this.set = set;
        all = Examples.concat(set.train(), set.validation(), set.test());
        starts = new int[] {
            0, set.train().size(), set.train().size() + set.validation().size(), all.size()
        };
        int n = all.size();
        failures = new @Nullable String[n];
        files = new @Nullable StoredForm[n];
        widths = new int[n];
        heights = new int[n];
        channels = new byte[n];
        digests = new long[2 * n];
        hashes = new long[n];
        likenesses = new @Nullable Likeness[n];
        constant = new boolean[n];
    }

    static Survey of(DataSet set, Scan.Progress progress) throws IOException {
        var survey = new Survey(set);
        var counts = new long[Scan.threads()][3][256];
        Scan.all(survey.all.size(), progress, (i, thread) -> survey.look(i, counts[thread]));
        for (var count : counts)
            for (int c = 0; c < 3; c++) for (int v = 0; v < 256; v++) survey.values[c][v] += count[c][v];
        return survey;
    }

    private void look(int i, long[][] count) {
        Picture picture;
        try {
            byte[] file = all.encoded(i);
            if (file != null) files[i] = StoredForm.of(file);
            picture = all.picture(i);
        } catch (IOException | RuntimeException e) {
            failures[i] = String.valueOf(e.getMessage());
            return;
        }
        widths[i] = picture.width();
        heights[i] = picture.height();
        channels[i] = (byte) picture.channels();
        digest(picture, i);
        var grey = picture.withChannels(1);
        hashes[i] = DifferenceHash.of(grey);
        likenesses[i] = Likeness.of(grey);
        constant[i] = isConstant(picture);
        if (i < starts[1]) count(picture, count);
    }

    private void digest(Picture picture, int i) {
        var sha = sha256();
        sha.update(ByteBuffer.allocate(12)
                .putInt(picture.width())
                .putInt(picture.height())
                .putInt(picture.channels())
                .flip());
        var digest = ByteBuffer.wrap(sha.digest(picture.pixels()));
        digests[2 * i] = digest.getLong();
        digests[2 * i + 1] = digest.getLong();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    private static boolean isConstant(Picture picture) {
        byte[] pixels = picture.pixels();
        for (int p = picture.channels(); p < pixels.length; p++)
            if (pixels[p] != pixels[p - picture.channels()]) return false;
        return true;
    }

    private static void count(Picture picture, long[][] count) {
        byte[] pixels = picture.pixels();
        int channels = picture.channels();
        for (int c = 0; c < 3; c++) {
            long[] values = count[c];
            for (int p = channels == 3 ? c : 0; p < pixels.length; p += channels) values[pixels[p] & 0xff]++;
        }
    }

    int size() {
        return failures.length;
    }

    boolean readable(int i) {
        return failures[i] == null;
    }

    /// 0, 1 or 2: an index into [#PARTS].
    int part(int i) {
        return i < starts[1] ? 0 : i < starts[2] ? 1 : 2;
    }

    boolean samePixels(int i, int j) {
        return digests[2 * i] == digests[2 * j] && digests[2 * i + 1] == digests[2 * j + 1];
    }

    Finding.Item item(int i, @Nullable String detail) {
        return new Finding.Item(PARTS.get(part(i)), set.classes().get(all.label(i)), all.name(i), all.where(i), detail);
    }
}
