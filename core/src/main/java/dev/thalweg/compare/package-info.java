/// Update rules compared on the same task: each with a learning rate that was searched for, over several seeds,
/// from the same weights and the same batches. A [dev.thalweg.compare.Contest] says what is compared, a
/// [dev.thalweg.compare.ContestRun] does it in a folder, [dev.thalweg.compare.Standings] are what came of it, as
/// `compare.json` has it.
@NullMarked
package dev.thalweg.compare;

import org.jspecify.annotations.NullMarked;
