/// The plain things that everything else is made of: shapes, named views over one flat float32
/// vector, random numbers as a pure function of a key, vector arithmetic, and the workers that
/// share out loops. Knows nothing of networks.
@NullMarked
package dev.thalweg.tensor;

import org.jspecify.annotations.NullMarked;
