/// The peer DJL on its PyTorch engine, as it comes: float32, (N, C, H, W), its own training API. It
/// aborts the process on bf16.
@NullMarked
package dev.thalweg.bench.djl;

import org.jspecify.annotations.NullMarked;
