package dev.thalweg.minimize;

/// Where a minimizer came to, and why no further.
///
/// @param point the last that it went to: of all on its way, but for roundings, one of the least value.
///     What was tried and not taken, or looked at for differences, may have less
/// @param value of the function there
/// @param gradientNorm the Euclidean norm of the gradient there (with bounds, of the projected one)
/// @param iterations steps taken
/// @param evaluations of value and gradient, those for differences included
/// @param hessians matrices of second derivatives: given, by products or by differences
/// @param products of second derivatives with a vector, those for matrices included: given, of a matrix or
///     by differences
/// @param reason why it stopped
/// @param detail the reason in a sentence
public record Result(
        double[] point,
        double value,
        double gradientNorm,
        int iterations,
        int evaluations,
        int hessians,
        int products,
        Reason reason,
        String detail) {

    public boolean converged() {
        return reason == Reason.CONVERGED;
    }
}
