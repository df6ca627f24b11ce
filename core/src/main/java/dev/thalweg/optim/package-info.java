/// How parameters move: first-order rules, one per file, each a record of hyper-parameters, whose memory is
/// a value of its own; learning-rate schedules as pure functions of the step; and [Optimizer], which
/// gives every parameter its group's rate and weight decay, clips, and shares the work out.
///
///     var rule = new Nesterov(0.9);
///     var optimizer = new Optimizer(
///             rule, layout, List.of(Group.everything(Decay.coupled(5e-4))), new Clip.None(), workers, arena);
///     var schedule = new Schedule.Cosine(0);
///     for (long step = 0; step < total; step++) {
///         … // forward, backward: fills gradient
///         optimizer.step(theta, gradient, step + 1, 0.1 * schedule.factor(step, total));
///     }
///
/// Knows vectors and names, nothing of networks.
@NullMarked
package dev.thalweg.optim;

import org.jspecify.annotations.NullMarked;
