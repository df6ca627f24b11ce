package dev.thalweg.step.onednn;

import dev.thalweg.tensor.CacheFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import org.jspecify.annotations.Nullable;

/// Finds the native kernel library: in the folder that `-Dthalweg.natives` names, or unpacked from
/// the platform's `org.bytedeco:dnnl` jar into a cache folder, once. Nothing is ever downloaded.
///
/// A file's name in the [CacheFolder] carries the checksum of its content, and it is written beside and renamed, so
/// that neither another version nor an interrupted run is ever mistaken for it.
public final class Natives {

    /// What this platform's natives are called.
    ///
    /// @param folder of the bytedeco jar's resources, for example `linux-x86_64`
    /// @param openMp the OpenMP runtime that the kernels use, null if the system's own
    record Platform(String folder, String kernels, @Nullable String openMp) {
        static Platform current() {
            String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
            String arch = System.getProperty("os.arch");
            String cpu = switch (arch) {
                case "amd64", "x86_64" -> "x86_64";
                case "aarch64", "arm64" -> "arm64";
                default -> arch;
            };
            if (os.contains("linux")) return new Platform("linux-" + cpu, "libdnnl.so.3", "libgomp.so.1");
            if (os.contains("mac")) return new Platform("macosx-" + cpu, "libdnnl.3.dylib", "libiomp5.dylib");
            if (os.contains("windows")) return new Platform("windows-" + cpu, "dnnl.dll", null);
            return new Platform(os + "-" + cpu, "libdnnl", null);
        }
    }

    private Natives() {}

    /// The files to load, in order; the kernel library is the last.
    ///
    /// @throws IllegalStateException if there are none for this platform, saying what was looked for
    public static List<Path> locate() {
        var platform = Platform.current();
        String given = System.getProperty("thalweg.natives");
        try {
            if (given != null) return inFolder(Path.of(given), platform);
            return unpack(platform);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unpack the kernel library: " + e.getMessage(), e);
        }
    }

    private static List<Path> inFolder(Path folder, Platform platform) {
        Path kernels = folder.resolve(platform.kernels());
        if (!Files.isRegularFile(kernels))
            throw new IllegalStateException("-Dthalweg.natives=" + folder + " has no file " + platform.kernels());
        if (platform.openMp() == null) return List.of(kernels);
        Path openMp = folder.resolve(platform.openMp());
        return Files.isRegularFile(openMp) ? List.of(openMp, kernels) : List.of(kernels);
    }

    private static List<Path> unpack(Platform platform) throws IOException {
        URL kernels = resource(platform, platform.kernels());
        if (kernels == null)
            throw new IllegalStateException(("no kernels for this platform: looked for %s of %s on the class path;"
                            + " add org.bytedeco:dnnl with classifier %s")
                    .formatted(platform.kernels(), platform.folder(), platform.folder()));
        Path folder = CacheFolder.path().resolve("dnnl-" + "%08x".formatted(checksum(kernels)));
        Path library = unpack(kernels, folder.resolve(platform.kernels()));
        String openMp = platform.openMp();
        if (openMp == null) return List.of(library);
        URL runtime = resource(platform, openMp);
        // The kernels look for their OpenMP runtime in their own folder first.
        return runtime == null ? List.of(library) : List.of(unpack(runtime, folder.resolve(openMp)), library);
    }

    /// Whether `file`, one of those that [#locate] gave, has the content that it was unpacked with; true where it
    /// comes from a folder that the user named.
    public static boolean isIntact(Path file) throws IOException {
        Path name = file.getFileName();
        URL resource = name == null || System.getProperty("thalweg.natives") != null
                ? null
                : resource(Platform.current(), name.toString());
        if (resource == null) return true;
        var sum = new CRC32();
        try (var in = new CheckedInputStream(Files.newInputStream(file), sum)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return sum.getValue() == checksum(resource);
    }

    private static @Nullable URL resource(Platform platform, String file) {
        return ClassLoader.getSystemResource("org/bytedeco/dnnl/" + platform.folder() + "/" + file);
    }

    private static long checksum(URL resource) throws IOException {
        if (resource.openConnection() instanceof JarURLConnection jar)
            return jar.getJarEntry().getCrc();
        try (InputStream in = resource.openStream()) {
            var sum = new CheckedInputStream(in, new CRC32());
            sum.transferTo(OutputStream.nullOutputStream());
            return sum.getChecksum().getValue();
        }
    }

    private static Path unpack(URL resource, Path target) throws IOException {
        var connection = resource.openConnection();
        long size = connection instanceof JarURLConnection jar
                ? jar.getJarEntry().getSize()
                : connection.getContentLengthLong();
        if (Files.isRegularFile(target) && Files.size(target) == size) return target;
        Files.createDirectories(target.getParent());
        Path beside =
                Files.createTempFile(target.getParent(), target.getFileName().toString(), ".part");
        try (var in = new CheckedInputStream(connection.getInputStream(), new CRC32())) {
            Files.copy(in, beside, StandardCopyOption.REPLACE_EXISTING);
            long expected = checksum(resource);
            if (in.getChecksum().getValue() != expected)
                throw new IOException("%s: checksum %08x expected, %08x found"
                        .formatted(resource, expected, in.getChecksum().getValue()));
            Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(beside);
        }
        return target;
    }
}
