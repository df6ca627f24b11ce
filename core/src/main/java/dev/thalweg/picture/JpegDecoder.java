package dev.thalweg.picture;

import org.jspecify.annotations.Nullable;

/// Which decoder reads JPEG files, chosen once when the first one is read:
///
/// | `-Dthalweg.jpeg=` | decoder |
/// |---|---|
/// | not given | libjpeg-turbo where the system has its TurboJPEG library, else the JDK's |
/// | `turbo` | libjpeg-turbo, or an error that says what to install |
/// | `java` | the JDK's |
/// | a path | the TurboJPEG library in that file |
///
/// libjpeg-turbo takes about a quarter of the time, and can decode a picture at a half, a quarter or
/// an eighth of its size. Whole pictures of the usual kinds come out the same to the bit; reduced ones
/// exist with libjpeg-turbo alone, and rows subsampled vertically only differ by a few levels, so that
/// a run notes in its checkpoint which decoder it used.
///
/// @param name what a run notes: `turbo` or `java`
/// @param description for people
/// @param turbo null for the JDK's
record JpegDecoder(
        String name, String description, @Nullable TurboJpeg turbo) {
    static final String PROPERTY = "thalweg.jpeg";

    static final JpegDecoder JAVA = new JpegDecoder("java", "the JDK's", null);

    /// The one that [ImageDecoder] uses.
    static JpegDecoder current() {
        return Chosen.DECODER;
    }

    /// In a class of its own, so that nothing is loaded before a JPEG file is read.
    private static final class Chosen {
        static final JpegDecoder DECODER = choose(System.getProperty(PROPERTY));
    }

    /// @throws IllegalStateException if what was asked for is not there
    static JpegDecoder choose(@Nullable String asked) {
        if ("java".equals(asked)) return JAVA;
        if (asked == null || asked.equals("turbo")) {
            var turbo = TurboJpeg.find();
            if (turbo != null) return of(turbo);
            if (asked != null)
                throw new IllegalStateException(
                        "-Dthalweg.jpeg=turbo: found no TurboJPEG library; " + TurboJpeg.INSTALL);
            return new JpegDecoder(JAVA.name, "the JDK's; libjpeg-turbo would be faster: " + TurboJpeg.INSTALL, null);
        }
        var turbo = TurboJpeg.load(asked);
        if (turbo != null) return of(turbo);
        throw new IllegalStateException(
                "-Dthalweg.jpeg=%s: expected java, turbo or the file of a TurboJPEG library, found none there"
                        .formatted(asked));
    }

    private static JpegDecoder of(TurboJpeg turbo) {
        return new JpegDecoder("turbo", turbo.toString(), turbo);
    }
}
