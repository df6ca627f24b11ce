package dev.thalweg.train;

import dev.thalweg.nn.Model;
import dev.thalweg.tensor.FlatVector;
import java.util.Map;

/// What travels with a run: averages of weights, look-ahead, snapshots. The trainer knows riders and
/// never an ensemble; whatever they need to go on after a resume, they declare as named vectors,
/// which become part of each checkpoint.
public interface Rider {

    /// The name that begins those of its vectors in checkpoints.
    String name();

    /// Its memory; the vectors are restored in place before the first call after a resume.
    Map<String, FlatVector> state();

    /// Called after each step. May read and write the model's parameters and statistics.
    ///
    /// @param done steps done, from 1
    /// @param total steps of the whole run
    void afterStep(Model model, long done, long total);
}
