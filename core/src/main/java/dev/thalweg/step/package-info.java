/// The compiled training step: a network, for one batch size, mode and precision, turned into a
/// static list of kernels over memory that is placed once. The one room where layouts, precision
/// and fusion are known; it knows nothing of learning rates.
@NullMarked
package dev.thalweg.step;

import org.jspecify.annotations.NullMarked;
