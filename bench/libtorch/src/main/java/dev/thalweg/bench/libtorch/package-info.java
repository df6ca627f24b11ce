/// The peer libtorch, called through JavaCPP: the same networks, and the airbench94 recipe.
@NullMarked
package dev.thalweg.bench.libtorch;

import org.jspecify.annotations.NullMarked;
