package dev.thalweg.minimize;

import java.util.Locale;

/// Why a minimizer stopped.
public enum Reason {
    /// The gradient's norm is at most what was asked for.
    CONVERGED,
    /// No step along the direction brings a decrease that the function's precision can tell, or the gradient is not
    /// that of the function, or the function has a kink.
    LINE_SEARCH_FAILED,
    /// The function is not defined at the start or nowhere nearby, or its second derivatives are not, or it has
    /// no lower bound; the best point so far is what is given.
    NOT_FINITE,
    /// The iterations or evaluations that were allowed are used up.
    BUDGET;

    /// As it stands in JSON: `line_search_failed`.
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
