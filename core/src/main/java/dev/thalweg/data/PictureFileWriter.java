package dev.thalweg.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.thalweg.format.DType;
import dev.thalweg.format.DiskSpace;
import dev.thalweg.format.Safetensors;
import dev.thalweg.format.StreamedTensor;
import dev.thalweg.picture.Dimensions;
import dev.thalweg.picture.Picture;
import dev.thalweg.picture.Resize;
import dev.thalweg.tensor.Require;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Writes data sets as [PictureFile]s: pictures are decoded and resized by several threads and written in
/// order, a few at a time. The same data set and size give the same bytes.
public final class PictureFileWriter {
    /// What pictures of different sizes become if nothing is said: the customary shorter side of photographs,
    /// of which training on 224 × 224 pixels and below takes its crops.
    public static final Dimensions DEFAULT_SIZE = new Dimensions(256, 256);

    /// Bytes of pictures that a thread prepares at a time.
    private static final int CHUNK = 1 << 20;

    /// How a picture of another shape comes to the file's size.
    public enum Resizing {
        /// It is resized until it covers the size, its shape kept, and what stands over on both sides of the
        /// middle is cut off.
        CROP,
        /// The whole of it is squeezed into the size.
        FIT
    }

    /// @param size of all pictures; null for the size that all have, or else [#DEFAULT_SIZE]
    /// @param parts which of train, validation and test
    /// @param threads that decode
    public record Options(@Nullable Dimensions size, Resizing resizing, List<String> parts, int threads) {
        public Options {
            parts = List.copyOf(parts);
            Require.that(!parts.isEmpty(), "at least one part must be converted");
            for (var part : parts)
                Require.that(PictureFile.PARTS.contains(part), "parts are train, validation and test, got '%s'", part);
            Require.that(threads >= 1, "PictureFileWriter.Options.threads must be at least 1, got %s", threads);
        }

        public static Options of(int threads) {
            return new Options(null, Resizing.CROP, PictureFile.PARTS, threads);
        }
    }

    /// Hears how many pictures are written.
    @FunctionalInterface
    public interface Progress {
        void at(long done, long of);
    }

    /// What was written.
    ///
    /// @param resized whether any picture may have been
    public record Written(Dimensions size, int channels, boolean resized, long pictures) {}

    private final DataSet set;
    private final Options options;
    private final BooleanSupplier stopped;
    private final Progress progress;
    private final SequencedMap<String, Examples> parts = new LinkedHashMap<>();
    private final long total;
    private long done;

    private PictureFileWriter(DataSet set, Options options, BooleanSupplier stopped, Progress progress) {
        this.set = set;
        this.options = options;
        this.stopped = stopped;
        this.progress = progress;
        for (var part : PictureFile.PARTS) {
            var examples = switch (part) {
                case "train" -> set.train();
                case "validation" -> set.validation();
                default -> set.test();
            };
            if (options.parts.contains(part) && examples.size() > 0) parts.put(part, examples);
        }
        total = parts.values().stream().mapToLong(Examples::size).sum();
        Require.that(total > 0, "%s has no pictures in the parts %s", set.name(), options.parts);
    }

    /// Creates or replaces `file`.
    ///
    /// @param stopped asked often; once it says yes, nothing is left of the new file
    /// @throws CancellationException if it was asked to stop
    /// @throws IOException if a picture cannot be read or the disk has no room; then the file is as it was
    public static Written write(DataSet set, Path file, Options options, BooleanSupplier stopped, Progress progress)
            throws IOException {
        return write(set, file, options, stopped, progress, DiskSpace.REAL);
    }

    static Written write(
            DataSet set, Path file, Options options, BooleanSupplier stopped, Progress progress, DiskSpace space)
            throws IOException {
        return new PictureFileWriter(set, options, stopped, progress).write(file, space);
    }

    /// A picture in colour came where all had been grey.
    private static final class Coloured extends RuntimeException {
        private static final long serialVersionUID = 1;

        Coloured() {
            super(null, null, false, false);
        }
    }

    private Written write(Path file, DiskSpace space) throws IOException {
        var common = commonSize();
        var size = options.size != null ? options.size : common != null ? common : DEFAULT_SIZE;
        boolean resized = !size.equals(common);
        int channels = parts.firstEntry().getValue().picture(0).channels();
        try {
            write(file, size, resized, channels, space);
        } catch (Coloured e) {
            channels = 3;
            write(file, size, resized, channels, space);
        }
        return new Written(size, channels, resized, total);
    }

    /// The size that all pictures have, or null.
    private @Nullable Dimensions commonSize() throws IOException {
        Dimensions common = null;
        for (var examples : parts.values()) {
            for (int i = 0; i < examples.size(); i++) {
                if (stopped.getAsBoolean()) throw new CancellationException();
                var size = UnreadablePicture.dimensions(examples, i);
                if (common == null) common = size;
                else if (!common.equals(size)) return null;
            }
        }
        return common;
    }

    private void write(Path file, Dimensions size, boolean resized, int channels, DiskSpace space) throws IOException {
        done = 0;
        var tensors = new ArrayList<StreamedTensor>();
        try (var threads = Executors.newFixedThreadPool(
                options.threads,
                Thread.ofPlatform().daemon().name("thalweg-convert-", 0).factory())) {
            try {
                parts.forEach((part, examples) -> {
                    long n = examples.size();
                    byte[] names = names(examples);
                    tensors.add(new StreamedTensor(
                            part + ".labels", DType.I64, List.of(n), channel -> labels(examples, channel)));
                    tensors.add(new StreamedTensor(
                            part + ".images",
                            DType.U8,
                            List.of(n, (long) size.height(), (long) size.width(), (long) channels),
                            channel -> images(examples, fitting(size, channels), channel, threads)));
                    tensors.add(new StreamedTensor(
                            part + ".names",
                            DType.U8,
                            List.of((long) names.length),
                            channel -> writeAll(channel, ByteBuffer.wrap(names))));
                });
                long bytes = tensors.stream().mapToLong(StreamedTensor::bytes).sum();
                space.require(file.toAbsolutePath(), bytes, file.toString());
                Safetensors.writeStreamed(file, metadata(size, resized), tensors);
            } finally {
                threads.shutdownNow();
            }
        }
    }

    private SequencedMap<String, String> metadata(Dimensions size, boolean resized) {
        var metadata = new LinkedHashMap<String, String>();
        metadata.put("format", PictureFile.FORMAT);
        metadata.put("version", PictureFile.VERSION);
        metadata.put("classes", JsonMapper.shared().writeValueAsString(set.classes()));
        metadata.put("source", set.name());
        metadata.put("source.fingerprint", set.fingerprint());
        String how = options.resizing == Resizing.CROP ? "shape kept, the middle cut out" : "squeezed";
        metadata.put("resized", resized ? "to %s, %s, antialiased bilinear".formatted(size, how) : "no");
        return metadata;
    }

    /// From any picture to the file's bytes of it.
    private interface Fitting {
        byte[] fit(Picture picture);
    }

    private Fitting fitting(Dimensions size, int channels) {
        var ones = new float[channels];
        Arrays.fill(ones, 1);
        var crop = new Preprocessing(channels, size.height(), size.width(), new float[channels], ones, 1);
        return picture -> {
            if (picture.channels() > channels) throw new Coloured();
            var source = picture.withChannels(channels);
            if (source.dimensions().equals(size)) return source.pixels();
            return (options.resizing == Resizing.CROP ? crop.fit(source) : Resize.to(source, size)).pixels();
        };
    }

    private static byte[] names(Examples examples) {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            for (int i = 0; i < examples.size(); i++)
                gzip.write(((i == 0 ? "" : "\n") + examples.name(i).replace('\n', ' ')).getBytes(UTF_8));
        } catch (IOException e) {
            throw new AssertionError("memory takes all that is written", e);
        }
        return bytes.toByteArray();
    }

    private static void labels(Examples examples, FileChannel channel) throws IOException {
        int[] labels = examples.labels();
        var bytes = ByteBuffer.allocate(Math.multiplyExact(labels.length, Long.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (int label : labels) bytes.putLong(label);
        writeAll(channel, bytes.flip());
    }

    /// Several threads prepare chunks; this one writes them in their order.
    private void images(Examples examples, Fitting fitting, FileChannel channel, ExecutorService threads)
            throws IOException {
        int n = examples.size();
        int chunk = Math.clamp(CHUNK / Math.max(1, fitting.fit(examples.picture(0)).length), 1, n);
        var ahead = new ArrayDeque<Future<List<byte[]>>>();
        int next = 0;
        while (next < n || !ahead.isEmpty()) {
            while (next < n && ahead.size() < 2 * options.threads + 1) {
                int from = next, to = Math.min(from + chunk, n);
                Callable<List<byte[]>> work = () -> prepare(examples, from, to, fitting);
                ahead.add(threads.submit(work));
                next = to;
            }
            if (stopped.getAsBoolean()) throw new CancellationException();
            for (byte[] pixels : finished(ahead.remove())) {
                writeAll(channel, ByteBuffer.wrap(pixels));
                done++;
            }
            progress.at(done, total);
        }
    }

    private static List<byte[]> prepare(Examples examples, int from, int to, Fitting fitting) throws IOException {
        var prepared = new ArrayList<byte[]>(to - from);
        for (int i = from; i < to; i++) prepared.add(fitting.fit(UnreadablePicture.decode(examples, i)));
        return prepared;
    }

    private static List<byte[]> finished(Future<List<byte[]>> future) throws IOException {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (InterruptedIOException) new InterruptedIOException("interrupted while converting").initCause(e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException io -> throw io;
                case RuntimeException runtime -> throw runtime;
                case Error error -> throw error;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }

    private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) channel.write(bytes);
    }
}
