/// Minimizers of any smooth function, in double precision and without chance: Newton, Newton with conjugate
/// gradients, BFGS, L-BFGS (also within bounds or with an L1 term), and as baselines nonlinear conjugate
/// gradients and steepest descent. Each is a record of its settings; what it does is a [Descent], one step
/// after the other.
///
///     Objective f = (x, gradient) -> { … };
///     Result result = new Lbfgs().minimize(f, -1.2, 1);
///     System.out.println(result.reason() + " " + result.value());
///
/// Misuse is an [IllegalArgumentException] of one sentence; whatever can happen on the way is a [Reason].
/// Knows nothing of networks.
@NullMarked
package dev.thalweg.minimize;

import org.jspecify.annotations.NullMarked;
