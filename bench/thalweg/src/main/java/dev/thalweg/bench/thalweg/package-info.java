/// Thalweg, measured: whole steps, the plan's operations one by one, what the machine can do, and
/// whether memory grows.
@NullMarked
package dev.thalweg.bench.thalweg;

import org.jspecify.annotations.NullMarked;
