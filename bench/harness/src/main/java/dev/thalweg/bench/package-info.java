/// What is measured and how, whatever the library: networks as bare facts, windows of time, one line
/// of results a process, and the tables made of many such lines.
///
/// [dev.thalweg.bench.Matrix] starts the processes. In each of them a `Subject` builds a network in
/// its library and hands [dev.thalweg.bench.Measurement] one step to repeat.
@NullMarked
package dev.thalweg.bench;

import org.jspecify.annotations.NullMarked;
