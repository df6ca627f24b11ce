/// Networks of the literature, one family per file, each with its paper and its count of
/// parameters; [Architectures][dev.thalweg.nn.architectures.Architectures] finds them by name.
@NullMarked
package dev.thalweg.nn.architectures;

import org.jspecify.annotations.NullMarked;
