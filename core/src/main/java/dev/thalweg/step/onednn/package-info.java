/// oneDNN's C API through `java.lang.foreign`, and nothing else: the natives, the functions, the
/// thread pool. Only `dev.thalweg.step` may know of it.
@NullMarked
package dev.thalweg.step.onednn;

import org.jspecify.annotations.NullMarked;
