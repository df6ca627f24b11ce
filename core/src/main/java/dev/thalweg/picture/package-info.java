/// Pictures: out of a file's bytes ([dev.thalweg.picture.ImageDecoder]), at another size
/// ([dev.thalweg.picture.Resize]), many in one ([dev.thalweg.picture.PictureSheet]).
@NullMarked
package dev.thalweg.picture;

import org.jspecify.annotations.NullMarked;
