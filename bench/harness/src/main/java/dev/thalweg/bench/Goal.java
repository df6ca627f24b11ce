package dev.thalweg.bench;

import java.util.List;

/// How our rate is to compare with a peer's.
///
/// @param precision ours; the peer's is `against`
/// @param contended whether a competing process holds a core
/// @param ratio ours over the peer's, at least
public record Goal(String workload, String precision, Library peer, String against, boolean contended, double ratio) {

    /// Peak memory over that of the tuned peer, at most.
    public static final double MEMORY = 0.5;

    /// Seconds from the start of the JVM to the end of the first step of resnet20, at most.
    public static final double FIRST_STEP = 1.3;

    /// Bytes a second of the momentum update over those of copying, at least.
    public static final double UPDATE = 0.8;

    /// Time of an update by any rule over that of copying as many bytes as it must move, at most.
    public static final double UPDATE_TIME = 1.25;

    /// Time of the tuned peer's update over ours, at least, for [#FASTER_UPDATES].
    public static final double UPDATE_RATIO = 2;

    public static final List<String> FASTER_UPDATES = List.of("sgd", "adam");

    /// Photographs a second that the loader prepares over those that training resnet18 takes, at least.
    public static final double LOADER = 2;

    public static final List<Goal> ALL = List.of(
            best("cifarnet", "fp32", 1.00),
            best("cifarnet", "bf16", 1.10),
            best("resnet20", "fp32", 1.15),
            best("resnet20", "bf16", 1.15),
            best("resnet18", "fp32", 1.05),
            best("resnet18", "bf16", 1.12),
            best("resnet18-infer", "fp32", 1.20),
            best("resnet18-infer", "bf16", 1.15),
            best("mlp", "fp32", 1.5),
            best("mlp", "bf16", 1.3),
            asTheyCome("cifarnet", Library.LIBTORCH),
            asTheyCome("cifarnet", Library.DJL),
            asTheyCome("resnet20", Library.LIBTORCH),
            asTheyCome("resnet20", Library.DJL),
            asTheyCome("resnet18", Library.LIBTORCH),
            asTheyCome("resnet18", Library.DJL),
            asTheyCome("resnet18-infer", Library.LIBTORCH),
            asTheyCome("resnet18-infer", Library.DJL),
            asTheyCome("mlp", Library.LIBTORCH),
            asTheyCome("mlp", Library.DJL),
            new Goal("cifarnet", "bf16", Library.LIBTORCH_BEST, "bf16", true, 4));

    private static Goal best(String workload, String precision, double ratio) {
        return new Goal(workload, precision, Library.LIBTORCH_BEST, precision, false, ratio);
    }

    private static Goal asTheyCome(String workload, Library peer) {
        return new Goal(workload, "auto", peer, "fp32", false, 2.5);
    }
}
