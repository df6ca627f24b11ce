package dev.thalweg.step;

/// One operation of a plan, for people who want to see where time and memory go.
///
/// @param phase prepare, forward or backward
/// @param kind what it does, such as "convolution"
/// @param layer the network's layer
/// @param implementation the kernel that was chosen; "java" for Java's own
/// @param shapes of the tensors it touches
/// @param bytes read and written, each tensor once
/// @param flops floating-point operations, counted for products only
/// @param milliseconds a run, while profiling; 0 before
public record PlanStep(
        String phase,
        String kind,
        String layer,
        String implementation,
        String shapes,
        long bytes,
        double flops,
        double milliseconds) {}
