/// Running a recipe from the first step to the last: the trainer, evaluation, checkpoints, the run
/// folder, and what rides along with a run.
@NullMarked
package dev.thalweg.train;

import org.jspecify.annotations.NullMarked;
