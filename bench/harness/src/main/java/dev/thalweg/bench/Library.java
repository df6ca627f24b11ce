package dev.thalweg.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// A library in one of the ways it is driven: what its process is started with.
@SuppressWarnings("ImmutableEnumChecker") // the lists and maps never change
public enum Library {
    /// As `./thalweg` starts it.
    THALWEG(
            "thalweg",
            "thalweg",
            false,
            List.of(
                    "-XX:+UseSerialGC",
                    "-Xms8m",
                    "--add-modules",
                    "jdk.incubator.vector",
                    "--enable-native-access=ALL-UNNAMED"),
            Map.of("MALLOC_ARENA_MAX", "1"),
            List.of("fp32", "bf16", "auto")),

    /// As an expert would drive it: channels-last, buffers kept by the allocator instead of mapped
    /// anew, one pool of threads, the best kernels of its BLAS, no collection of JavaCPP's pointers.
    LIBTORCH_BEST(
            "libtorch-best",
            "libtorch",
            true,
            List.of("--enable-native-access=ALL-UNNAMED", "-Dorg.bytedeco.javacpp.nopointergc=true"),
            Map.of(
                    "OPENBLAS_CORETYPE", "SKYLAKEX",
                    "OPENBLAS_NUM_THREADS", "1",
                    "MALLOC_ARENA_MAX", "1",
                    "MALLOC_MMAP_MAX_", "0",
                    "MALLOC_TRIM_THRESHOLD_", "100000000000",
                    "MALLOC_TOP_PAD_", "268435456"),
            List.of("fp32", "bf16")),

    /// As it comes.
    LIBTORCH("libtorch", "libtorch", false, List.of("--enable-native-access=ALL-UNNAMED"), Map.of(), List.of("fp32")),

    /// As it comes.
    DJL(
            "djl",
            "djl",
            false,
            List.of(
                    "--enable-native-access=ALL-UNNAMED",
                    "-Dai.djl.offline=true",
                    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"),
            Map.of(),
            List.of("fp32"));

    private final String name;
    private final String module;
    private final boolean tuned;
    private final List<String> options;
    private final Map<String, String> environment;
    private final List<String> precisions;

    Library(
            String name,
            String module,
            boolean tuned,
            List<String> options,
            Map<String, String> environment,
            List<String> precisions) {
        this.name = name;
        this.module = module;
        this.tuned = tuned;
        this.options = options;
        this.environment = environment;
        this.precisions = precisions;
    }

    public static Library named(String name) {
        return Arrays.stream(values())
                .filter(library -> library.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "no library is called '%s'; there are %s".formatted(name, Arrays.toString(values()))));
    }

    /// The module of `bench` that holds it.
    public String module() {
        return module;
    }

    /// Whether it is driven as an expert would.
    public boolean tuned() {
        return tuned;
    }

    /// Options of its JVM.
    public List<String> options() {
        return options;
    }

    /// What its environment has besides this process's.
    public Map<String, String> environment() {
        return environment;
    }

    /// The precisions in which it is measured.
    public List<String> precisions() {
        return precisions;
    }

    @Override
    public String toString() {
        return name;
    }
}
