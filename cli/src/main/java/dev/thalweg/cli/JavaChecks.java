package dev.thalweg.cli;

import dev.thalweg.picture.ImageDecoder;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;

/// What `doctor` looks at in the virtual machine.
final class JavaChecks {
    private static final int OLDEST = 25;

    private JavaChecks() {}

    static Check version() {
        var version = Runtime.version();
        String text = "%s, %s; heap up to %s"
                .formatted(
                        version,
                        System.getProperty("java.vendor"),
                        Text.bytes(Runtime.getRuntime().maxMemory()));
        if (version.feature() < OLDEST)
            return Check.fail(
                    "java", text, "a JDK %d or newer is needed; THALWEG_JAVA_HOME names one".formatted(OLDEST));
        return Check.of(
                "java",
                text,
                JavaChecks.class.getModule().isNativeAccessEnabled()
                        ? ""
                        : "start java with --enable-native-access=ALL-UNNAMED, or later versions will refuse the kernels");
    }

    static Check vectors() {
        boolean there = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
        return there
                ? Check.ok("vectors", "the module jdk.incubator.vector is there")
                : Check.warn(
                        "vectors",
                        "the module jdk.incubator.vector is not there: element-wise work is slower",
                        "start java with --add-modules jdk.incubator.vector, of a JDK that has it");
    }

    /// Which kinds of pictures can be read, and by whom JPEG is.
    static Check pictures() {
        var missing = new ArrayList<String>();
        for (String kind : List.of("jpeg", "png", "gif", "bmp", "webp"))
            if (!ImageIO.getImageReadersByFormatName(kind).hasNext()) missing.add(kind);
        if (missing.contains("jpeg") || missing.contains("png"))
            return Check.fail(
                    "pictures",
                    "no reader for " + String.join(", ", missing),
                    "use a JDK with the module java.desktop, and not a headless runtime without ImageIO");
        return Check.of(
                "pictures",
                "JPEG files by " + ImageDecoder.jpegDecoder(),
                missing.isEmpty()
                        ? ""
                        : "no reader for %s; imageio-webp and its like bring them"
                                .formatted(String.join(", ", missing)));
    }
}
