/// What a network is: layers as records (shape in, shape out, parameters and how they start), an
/// immutable graph of named layers, the loss, and the architectures by name. Nothing here
/// computes; `dev.thalweg.step` does.
@NullMarked
package dev.thalweg.nn;

import org.jspecify.annotations.NullMarked;
