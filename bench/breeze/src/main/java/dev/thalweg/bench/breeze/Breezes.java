package dev.thalweg.bench.breeze;

import breeze.linalg.DenseVector;
import breeze.linalg.DenseVector$;
import breeze.optimize.FirstOrderMinimizer;
import breeze.optimize.LBFGS;
import dev.ludovic.netlib.blas.BLAS;
import scala.Tuple2;

/// Breeze's L-BFGS, stopping at the gradient's norm and nothing else, unless its line search fails twice.
final class Breezes implements Way {
    private final FirstOrderMinimizer.ConvergenceCheck<DenseVector<Object>> check =
            FirstOrderMinimizer.gradientConverged(GRADIENT_NORM, false, DenseVector.space_Double())
                    .orElse(FirstOrderMinimizer.searchFailed());

    @Override
    public End minimize(Clocked f, double[] start, int history) {
        var state = new LBFGS<>(check, history, DenseVector.space_Double())
                .minimizeAndReturnState(ScalaFunction.of(x -> calculate(f, x)), vector(start.clone()));
        double squares = 0;
        for (double slope : state.grad().data$mcD$sp()) squares += slope * slope;
        return new End(state.iter(), state.value(), Math.sqrt(squares));
    }

    /// What it computes scalar products with.
    static String blas() {
        return BLAS.getInstance().getClass().getSimpleName();
    }

    private static DenseVector<Object> vector(double[] numbers) {
        return DenseVector$.MODULE$.apply$mDc$sp(numbers);
    }

    /// Breeze wants every gradient in a vector of its own, whose allocation counts as part of the evaluation.
    private static Tuple2<Object, DenseVector<Object>> calculate(Clocked f, DenseVector<Object> x) {
        long before = System.nanoTime();
        var gradient = new double[x.length()];
        f.nanoseconds += System.nanoTime() - before;
        double value = f.at(x.data$mcD$sp(), gradient);
        return new Tuple2<>(value, vector(gradient));
    }
}
