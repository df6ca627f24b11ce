/// Files of tensors, read and written: safetensors, and the model files made of it. Nothing in a file
/// is believed before it is checked, and no file is ever seen half written.
@NullMarked
package dev.thalweg.format;

import org.jspecify.annotations.NullMarked;
