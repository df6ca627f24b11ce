/// Minimizers, ours beside Breeze's, in one process: neither brings natives of its own.
@NullMarked
package dev.thalweg.bench.breeze;

import org.jspecify.annotations.NullMarked;
