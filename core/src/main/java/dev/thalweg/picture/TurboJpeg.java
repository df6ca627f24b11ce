package dev.thalweg.picture;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;

/// libjpeg-turbo's TurboJPEG library, where the system has it, through `java.lang.foreign`: three
/// functions of version 2's interface, which version 3 has as well.
///
/// Only files that the library decodes without a murmur are its own. For anything else, be it a
/// warning, [#decode] returns null, and the JDK's decoder has the word: so what is refused, and how,
/// does not depend on the decoder. Safe for several threads.
final class TurboJpeg {
    static final String INSTALL = "install libturbojpeg0 (Debian, Ubuntu), turbojpeg (Fedora) or jpeg-turbo (Homebrew)";

    // From turbojpeg.h.
    private static final int RGB = 0;
    private static final int GREY = 6;
    private static final int ACCURATE_DCT = 4096;

    /// Memory for one picture above this is not kept for the next.
    private static final long KEPT = 64L << 20;

    private final String description;
    private final MethodHandle create;
    private final MethodHandle readHeader;
    private final MethodHandle decompress;

    /// Decoders that no thread is using. They live as long as the process: there are never more than
    /// threads that decode at once.
    private final ConcurrentLinkedDeque<Desk> idle = new ConcurrentLinkedDeque<>();

    private TurboJpeg(SymbolLookup library, String file) {
        // C's unsigned long is 32 bits on Windows, where a register's upper half is not looked at.
        var linker = Linker.nativeLinker();
        create = linker.downcallHandle(library.findOrThrow("tjInitDecompress"), FunctionDescriptor.of(ADDRESS));
        readHeader = linker.downcallHandle(
                library.findOrThrow("tjDecompressHeader3"),
                FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
        decompress = linker.downcallHandle(
                library.findOrThrow("tjDecompress2"),
                FunctionDescriptor.of(
                        JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT,
                        JAVA_INT));
        boolean third = library.find("tj3Init").isPresent();
        description = "libjpeg-turbo %s (%s)".formatted(third ? "3" : "2", file);
    }

    /// The system's library, null if there is none.
    static @Nullable TurboJpeg find() {
        for (var file : candidates()) {
            var found = load(file);
            if (found != null) return found;
        }
        return null;
    }

    private static List<String> candidates() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        if (os.contains("windows"))
            return List.of("turbojpeg.dll", "libturbojpeg.dll", "C:\\libjpeg-turbo64\\bin\\turbojpeg.dll");
        if (os.contains("mac"))
            return List.of(
                    "libturbojpeg.dylib",
                    "/opt/homebrew/opt/jpeg-turbo/lib/libturbojpeg.dylib",
                    "/usr/local/opt/jpeg-turbo/lib/libturbojpeg.dylib",
                    "/opt/libjpeg-turbo/lib/libturbojpeg.dylib");
        return List.of("libturbojpeg.so.0", "libturbojpeg.so");
    }

    /// The library in a file, or of a name that the system's loader knows; null if it is not there or
    /// not what it should be.
    static @Nullable TurboJpeg load(String file) {
        try {
            boolean path = file.contains("/") || file.contains("\\");
            if (path && !Files.isRegularFile(Path.of(file))) return null;
            var library = path
                    ? SymbolLookup.libraryLookup(Path.of(file), Arena.global())
                    : SymbolLookup.libraryLookup(file, Arena.global());
            return new TurboJpeg(library, file);
        } catch (IllegalArgumentException | java.util.NoSuchElementException e) {
            return null; // no such library, or one without these functions
        }
    }

    /// Decodes a file at 1/`reduction` of its size, sides rounded up.
    ///
    /// @param reduction 1, 2, 4 or 8
    /// @return null if the library had anything to complain of; not turned upright
    @Nullable
    Picture decode(byte[] file, JpegHeader header, int reduction) {
        var size = reduced(header, reduction);
        var desk = take();
        try {
            int bytes = decode(desk, file, header, size);
            if (bytes == 0) return null;
            var pixels = new byte[bytes];
            MemorySegment.copy(desk.target, JAVA_BYTE, 0, pixels, 0, bytes);
            return new Picture(size.width(), size.height(), header.components(), pixels);
        } finally {
            putBack(desk);
        }
    }

    /// A part of a file's picture at another size, as [EncodedPicture#resized] has it. The picture itself
    /// lies in memory that is used again: thousands of them a second would keep the collector busy.
    ///
    /// @return null if the library had anything to complain of; not turned upright
    @Nullable
    Picture resized(byte[] file, JpegHeader header, Box from, Dimensions size, Box window) {
        var reduced = reduced(header, Resize.reduction(from, size));
        var desk = take();
        try {
            int bytes = decode(desk, file, header, reduced);
            if (bytes == 0) return null;
            byte[] pixels = desk.pixels(bytes);
            MemorySegment.copy(desk.target, JAVA_BYTE, 0, pixels, 0, bytes);
            return Resize.part(pixels, reduced, header.components(), reduced(header, 1), from, size, window);
        } finally {
            putBack(desk);
        }
    }

    private Desk take() {
        var desk = idle.pollFirst();
        return desk != null ? desk : new Desk(create());
    }

    private void putBack(Desk desk) {
        desk.tidy();
        idle.addFirst(desk);
    }

    private static Dimensions reduced(JpegHeader header, int reduction) {
        return new Dimensions(Math.ceilDiv(header.width(), reduction), Math.ceilDiv(header.height(), reduction));
    }

    /// Decodes into the desk's target; returns the bytes there, 0 if the library complained.
    private int decode(Desk desk, byte[] file, JpegHeader header, Dimensions size) {
        var source = desk.source(file.length);
        MemorySegment.copy(file, 0, source, JAVA_BYTE, 0, file.length);
        if (!agrees(desk, source, file.length, header)) return 0;
        int bytes = size.width() * size.height() * header.components();
        int format = header.components() == 1 ? GREY : RGB;
        var target = desk.target(bytes);
        return decompress(desk.decoder, source, file.length, target, size.width(), size.height(), format) == 0
                ? bytes
                : 0;
    }

    /// Whether the library finds the size in the header that we found: memory depends on it.
    private boolean agrees(Desk desk, MemorySegment source, long length, JpegHeader header) {
        var found = desk.found;
        return readHeader(desk.decoder, source, length, found) == 0
                && found.getAtIndex(JAVA_INT, 0) == header.width()
                && found.getAtIndex(JAVA_INT, 1) == header.height();
    }

    private MemorySegment create() {
        try {
            var decoder = (MemorySegment) create.invokeExact();
            if (decoder.address() == 0) throw new OutOfMemoryError("libjpeg-turbo cannot make a decoder");
            return decoder;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private int readHeader(MemorySegment decoder, MemorySegment source, long length, MemorySegment found) {
        try {
            return (int) readHeader.invokeExact(
                    decoder,
                    source,
                    length,
                    found,
                    found.asSlice(Integer.BYTES),
                    found.asSlice(2 * Integer.BYTES),
                    found.asSlice(3 * Integer.BYTES));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private int decompress(
            MemorySegment decoder,
            MemorySegment source,
            long length,
            MemorySegment target,
            int width,
            int height,
            int format) {
        try {
            return (int)
                    decompress.invokeExact(decoder, source, length, target, width, 0, height, format, ACCURATE_DCT);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public String toString() {
        return description;
    }

    /// One decoder and its memory, which grows as files ask for it.
    private static final class Desk {
        final MemorySegment decoder;
        /// Width, height, subsampling, colour space: int32 each.
        final MemorySegment found = Arena.ofAuto().allocate(4L * Integer.BYTES, Integer.BYTES);

        private MemorySegment source = MemorySegment.NULL;
        private MemorySegment target = MemorySegment.NULL;
        private byte[] pixels = {};

        Desk(MemorySegment decoder) {
            this.decoder = decoder;
        }

        MemorySegment source(long bytes) {
            if (source.byteSize() < bytes) source = grown(bytes);
            return source;
        }

        MemorySegment target(long bytes) {
            if (target.byteSize() < bytes) target = grown(bytes);
            return target;
        }

        byte[] pixels(int bytes) {
            if (pixels.length < bytes) pixels = new byte[Math.toIntExact(bytes + bytes / 4L)];
            return pixels;
        }

        private static MemorySegment grown(long bytes) {
            return Arena.ofAuto().allocate(bytes + bytes / 4, 64);
        }

        void tidy() {
            if (source.byteSize() > KEPT) source = MemorySegment.NULL;
            if (target.byteSize() > KEPT) target = MemorySegment.NULL;
            if (pixels.length > KEPT) pixels = new byte[0];
        }
    }
}
