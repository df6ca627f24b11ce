package dev.thalweg.report;

import dev.thalweg.minimize.Descent;
import java.util.ArrayList;
import java.util.List;

/// Where a descent has been, as [Descent#run] tells it.
///
///     var trace = new DescentTrace();
///     var result = new Lbfgs().start(f, -1.2, 1).run(Stop.DEFAULT, trace);
///
/// Points of more than two variables are not kept: nobody draws them.
public final class DescentTrace implements Descent.Watcher {
    private final List<Moment> moments = new ArrayList<>();

    /// The start, or the point after a step.
    ///
    /// @param point of two variables; otherwise empty
    /// @param evaluations until then
    record Moment(double[] point, double value, double gradientNorm, int evaluations) {}

    @Override
    public void at(Descent descent) {
        var point = descent.point();
        moments.add(new Moment(
                point.length == 2 ? point : new double[0],
                descent.value(),
                descent.gradientNorm(),
                descent.evaluations()));
    }

    List<Moment> moments() {
        return moments;
    }
}
