package dev.thalweg.tensor;

import org.slf4j.LoggerFactory;

/// Whether loops over vectors use the JDK's Vector API (`jdk.incubator.vector`) or plain scalar
/// code. Both give the same results up to rounding of sums; the launcher adds the module.
public final class Simd {
    /// True if the Vector API's module is present and `-Dthalweg.simd=off` is not set.
    public static final boolean AVAILABLE = detect();

    private Simd() {}

    private static boolean detect() {
        if ("off".equals(System.getProperty("thalweg.simd"))) return false;
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) return true;
        LoggerFactory.getLogger("dev.thalweg")
                .warn("The JVM was started without --add-modules jdk.incubator.vector: "
                        + "element-wise work runs as scalar code, up to 4 times slower.");
        return false;
    }
}
