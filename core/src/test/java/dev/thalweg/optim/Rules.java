package dev.thalweg.optim;

import static dev.thalweg.optim.EpsilonPlace.OUTSIDE_ROOT;
import static dev.thalweg.optim.Velocity.RATE_INSIDE;
import static dev.thalweg.optim.Velocity.RATE_OUTSIDE;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// The elementwise rules with their oracles: each paper's equations once more, in double precision and
/// where it can be in another form: averages as sums over all past gradients, maxima over all of them.
final class Rules {
    private Rules() {}

    /// One parameter's path as the paper or library has it.
    interface Oracle {
        double next(double theta, double gradient, double rate);
    }

    /// @param rate a learning rate under which forty steps lead somewhere
    record Row(Elementwise rule, double rate, Supplier<Oracle> oracle) {
        @Override
        public String toString() {
            return rule.toString();
        }
    }

    /// A rule that joins this table inherits the whole suite.
    static Stream<Row> every() {
        return Stream.of(
                new Row(new Sgd(), 0.1, () -> (theta, g, rate) -> theta - rate * g),
                new Row(new Momentum(0.9), 0.1, () -> new TorchMomentum(0.9, 0)),
                new Row(new Momentum(0), 0.1, () -> (theta, g, rate) -> theta - rate * g),
                new Row(new Momentum(0.9, 0.4), 0.1, () -> new TorchMomentum(0.9, 0.4)),
                new Row(Momentum.keras(0.9), 0.1, () -> new HeavyBall(0.9)),
                new Row(new Nesterov(0.9), 0.1, () -> new Sutskever(0.9)),
                new Row(Nesterov.keras(0.9), 0.1, () -> new Cs231n(0.9)),
                new Row(new AdaGrad(), 0.1, () -> new AllSquares(0, 1e-10, 0)),
                new Row(new AdaGrad(1e-2), 0.1, () -> new AllSquares(0, 1e-2, 0)),
                new Row(AdaGrad.keras(), 0.1, () -> new AllSquares(0.1, 0, 1e-7)),
                new Row(new AdaGrad(1e-2, 0.5, EpsilonPlace.INSIDE_ROOT), 0.1, () -> new AllSquares(0.5, 0, 1e-2)),
                new Row(new AdaDelta(), 1, () -> new Zeiler(0.95, 1e-6)),
                new Row(new AdaDelta(0.8, 1e-2), 1, () -> new Zeiler(0.8, 1e-2)),
                new Row(new RmsProp(), 0.01, () -> new Hinton(0.99, 1e-8, 0, false, 0, false)),
                new Row(RmsProp.keras(), 0.01, () -> new Hinton(0.9, 0, 1e-7, false, 0, true)),
                new Row(within(true, 0), 0.01, () -> new Hinton(0.9, 0, 1e-2, true, 0, false)),
                new Row(within(false, 0.7), 0.01, () -> new Hinton(0.9, 0, 1e-2, false, 0.7, false)),
                new Row(within(true, 0.7), 0.01, () -> new Hinton(0.9, 0, 1e-2, true, 0.7, false)),
                new Row(
                        rmsProp(1e-2, RATE_OUTSIDE).withMomentum(0.7),
                        0.01,
                        () -> new Hinton(0.9, 1e-2, 0, false, 0.7, false)),
                new Row(
                        rmsProp(1e-2, RATE_INSIDE).withMomentum(0.7),
                        0.01,
                        () -> new Hinton(0.9, 1e-2, 0, false, 0.7, true)),
                new Row(
                        rmsProp(1e-2, RATE_OUTSIDE).withCentred(true),
                        0.01,
                        () -> new Hinton(0.9, 1e-2, 0, true, 0, false)),
                new Row(
                        rmsProp(1e-2, RATE_INSIDE).withCentred(true).withMomentum(0.7),
                        0.01,
                        () -> new Hinton(0.9, 1e-2, 0, true, 0.7, true)),
                new Row(new Adam(), 0.01, () -> new Moments(0.9, 0.999).adam(1e-8)),
                new Row(new Adam(0.7, 0.8, 1e-2), 0.01, () -> new Moments(0.7, 0.8).adam(1e-2)),
                new Row(Adam.keras(), 0.01, () -> new Moments(0.9, 0.999).adamKeras(1e-7)),
                new Row(
                        new Adam(0.7, 0.8, 1e-2, Adam.Form.EPSILON_HAT),
                        0.01,
                        () -> new Moments(0.7, 0.8).adamKeras(1e-2)),
                new Row(new AmsGrad(), 0.01, () -> new Moments(0.9, 0.999).amsGrad(1e-8)),
                new Row(new AmsGrad(0.7, 0.8, 1e-2), 0.01, () -> new Moments(0.7, 0.8).amsGrad(1e-2)),
                new Row(new AdamW(), 0.01, () -> new Moments(0.9, 0.999).adam(1e-8)),
                new Row(new AdamW(0.7, 0.8, 1e-2), 0.01, () -> new Moments(0.7, 0.8).adam(1e-2)),
                new Row(new AdaMax(), 0.01, () -> new Moments(0.9, 0.999).adaMax(1e-8)),
                new Row(new AdaMax(0.7, 0.8, 1e-2), 0.01, () -> new Moments(0.7, 0.8).adaMax(1e-2)),
                new Row(new NAdam(), 0.01, () -> new Moments(0.9, 0.999).nAdam(1e-8, 0.004)),
                new Row(new NAdam(0.7, 0.8, 1e-2, 2), 0.01, () -> new Moments(0.7, 0.8).nAdam(1e-2, 2)),
                new Row(new RAdam(), 0.01, () -> new Moments(0.9, 0.999).rAdam(1e-8, 5)),
                new Row(new RAdam(0.7, 0.8, 1e-2, 4), 0.01, () -> new Moments(0.7, 0.8).rAdam(1e-2, 4)),
                new Row(new Lion(), 0.0137, () -> new Signs(0.9, 0.99)),
                new Row(new Lion(0.5, 0.75), 0.0137, () -> new Signs(0.5, 0.75)),
                new Row(new Adan(), 0.01, () -> new Xie(0.02, 0.08, 0.01, 1e-8)),
                new Row(new Adan(0.7, 0.8, 0.9, 1e-2), 0.01, () -> new Xie(0.3, 0.2, 0.1, 1e-2)),
                new Row(new ScheduleFreeSgd(), 0.1, () -> new Defazio(0.9, 0, 0)),
                new Row(new ScheduleFreeSgd(0.5), 0.1, () -> new Defazio(0.5, 0, 0)),
                new Row(new ScheduleFreeAdamW(), 0.01, () -> new Defazio(0.9, 0.999, 1e-8)),
                new Row(new ScheduleFreeAdamW(0.6, 0.8, 1e-2), 0.01, () -> new Defazio(0.6, 0.8, 1e-2)),
                // Without estimates the curvature is 0, and ε the denominator.
                new Row(new Sophia(0.7, 0.8, 0.05, 0.4, 1), 0.01, () -> new Clipped(0.7, 0.4)));
    }

    /// One of each loop.
    static Stream<FirstOrder> kinds() {
        var names = new java.util.HashSet<String>();
        return every().map(Row::rule)
                .filter(rule -> names.add(rule.name() + rule.slots()))
                .map(FirstOrder.class::cast);
    }

    private static RmsProp rmsProp(double epsilon, Velocity velocity) {
        return new RmsProp(0.9, epsilon, OUTSIDE_ROOT, false, 0, velocity);
    }

    /// With an ε under the root that counts.
    private static RmsProp within(boolean centred, double momentum) {
        return new RmsProp(0.9, 1e-2, EpsilonPlace.INSIDE_ROOT, centred, momentum, RATE_OUTSIDE);
    }

    /// `torch.optim.SGD`: the buffer starts as the first gradient.
    private static final class TorchMomentum implements Oracle {
        final double mu, dampening;
        Double buffer;

        TorchMomentum(double mu, double dampening) {
            this.mu = mu;
            this.dampening = dampening;
        }

        @Override
        public double next(double theta, double g, double rate) {
            buffer = buffer == null ? g : mu * buffer + (1 - dampening) * g;
            return theta - rate * buffer;
        }
    }

    /// Polyak (1964): θ₊ = θ − αg + μ(θ − θ₋), which has no velocity at all.
    static final class HeavyBall implements Oracle {
        final double mu;
        Double before;

        HeavyBall(double mu) {
            this.mu = mu;
        }

        @Override
        public double next(double theta, double g, double rate) {
            double next = theta - rate * g + (before == null ? 0 : mu * (theta - before));
            before = theta;
            return next;
        }
    }

    /// Sutskever et al. (2013) with the velocity in units of gradients: φ is what the paper calls θ,
    /// and what we hold is the point φ + μv at which it takes the gradient. Since the paper's rate
    /// stays the same, the look-ahead is made with the present step's.
    private static final class Sutskever implements Oracle {
        final double mu;
        double velocity;

        Sutskever(double mu) {
            this.mu = mu;
        }

        @Override
        public double next(double lookedAhead, double g, double rate) {
            double phi = lookedAhead + rate * mu * velocity;
            velocity = mu * velocity + g;
            phi -= rate * velocity;
            return phi - rate * mu * velocity;
        }
    }

    /// CS231n: v_before = v; v = μv − αg; θ += −μ v_before + (1 + μ)v.
    private static final class Cs231n implements Oracle {
        final double mu;
        double v;

        Cs231n(double mu) {
            this.mu = mu;
        }

        @Override
        public double next(double theta, double g, double rate) {
            double before = v;
            v = mu * v - rate * g;
            return theta - mu * before + (1 + mu) * v;
        }
    }

    /// Duchi et al.: the root of the sum of all squares, added up anew at each step.
    private record AllSquares(double initial, double beside, double within, List<Double> past) implements Oracle {
        AllSquares(double initial, double beside, double within) {
            this(initial, beside, within, new ArrayList<>());
        }

        @Override
        public double next(double theta, double g, double rate) {
            past.add(g);
            double sum = initial + within;
            for (double old : past) sum += old * old;
            return theta - rate / (Math.sqrt(sum) + beside) * g;
        }
    }

    /// Σ βᵏ (1 − β) xₜ₋ₖ: an exponential average without recursion.
    private static double average(List<Double> past, double beta) {
        double sum = 0;
        for (int k = 0; k < past.size(); k++) sum += (1 - beta) * Math.pow(beta, k) * past.get(past.size() - 1 - k);
        return sum;
    }

    private static List<Double> squares(List<Double> values) {
        return values.stream().map(x -> x * x).toList();
    }

    /// Zeiler's RMS[Δx] / RMS[g].
    private record Zeiler(double rho, double epsilon, List<Double> gradients, List<Double> steps) implements Oracle {
        Zeiler(double rho, double epsilon) {
            this(rho, epsilon, new ArrayList<>(), new ArrayList<>());
        }

        @Override
        public double next(double theta, double g, double rate) {
            gradients.add(g);
            double rmsOfSteps = Math.sqrt(average(squares(steps), rho) + epsilon);
            double rmsOfGradients = Math.sqrt(average(squares(gradients), rho) + epsilon);
            double delta = -rmsOfSteps / rmsOfGradients * g;
            steps.add(delta);
            return theta + rate * delta;
        }
    }

    /// Hinton's slide, and Graves's variance about the mean.
    private static final class Hinton implements Oracle {
        final double rho, beside, within, mu;
        final boolean centred, rateInside;
        final List<Double> past = new ArrayList<>();
        double velocity;

        Hinton(double rho, double beside, double within, boolean centred, double mu, boolean rateInside) {
            this.rho = rho;
            this.beside = beside;
            this.within = within;
            this.centred = centred;
            this.mu = mu;
            this.rateInside = rateInside;
        }

        @Override
        public double next(double theta, double g, double rate) {
            past.add(g);
            double spread = average(squares(past), rho);
            if (centred) spread -= Math.pow(average(past, rho), 2);
            double direction = g / (Math.sqrt(spread + within) + beside);
            velocity = mu * velocity + (rateInside ? rate : 1) * direction;
            return theta - (rateInside ? 1 : rate) * velocity;
        }
    }

    /// What the rules of Adam's family have in common: all gradients, and the two averages.
    record Moments(double beta1, double beta2, List<Double> past, List<Double> earlier) {
        Moments(double beta1, double beta2) {
            this(beta1, beta2, new ArrayList<>(), new ArrayList<>());
        }

        private double m() {
            return average(past, beta1);
        }

        private double v() {
            return average(squares(past), beta2);
        }

        private int t() {
            return past.size();
        }

        private double correct1() {
            return 1 - Math.pow(beta1, t());
        }

        private double correct2() {
            return 1 - Math.pow(beta2, t());
        }

        Oracle adam(double epsilon) {
            return (theta, g, rate) -> {
                past.add(g);
                return theta - rate * (m() / correct1()) / (Math.sqrt(v() / correct2()) + epsilon);
            };
        }

        /// Keras: alpha = lr · √(1 − β₂ᵗ) / (1 − β₁ᵗ); θ −= alpha · m / (√v + ε).
        Oracle adamKeras(double epsilon) {
            return (theta, g, rate) -> {
                past.add(g);
                double alpha = rate * Math.sqrt(correct2()) / correct1();
                return theta - m() * alpha / (Math.sqrt(v()) + epsilon);
            };
        }

        Oracle amsGrad(double epsilon) {
            return (theta, g, rate) -> {
                past.add(g);
                earlier.add(v());
                double greatest = earlier.stream().mapToDouble(x -> x).max().orElseThrow();
                return theta - rate * (m() / correct1()) / (Math.sqrt(greatest / correct2()) + epsilon);
            };
        }

        Oracle adaMax(double epsilon) {
            return (theta, g, rate) -> {
                past.add(g);
                double u = 0;
                for (int k = 0; k < t(); k++)
                    u = Math.max(u, Math.pow(beta2, k) * (Math.abs(past.get(t() - 1 - k)) + epsilon));
                return theta - rate / correct1() * m() / u;
            };
        }

        Oracle nAdam(double epsilon, double psi) {
            return (theta, g, rate) -> {
                past.add(g);
                double product = 1, mu = 0;
                for (int t = 1; t <= t(); t++) product *= mu = beta1 * (1 - 0.5 * Math.pow(0.96, t * psi));
                double muNext = beta1 * (1 - 0.5 * Math.pow(0.96, (t() + 1) * psi));
                double bar = muNext * m() / (1 - product * muNext) + (1 - mu) * g / (1 - product);
                return theta - rate * bar / (Math.sqrt(v() / correct2()) + epsilon);
            };
        }

        Oracle rAdam(double epsilon, double threshold) {
            return (theta, g, rate) -> {
                past.add(g);
                double mHat = m() / correct1(), infinite = 2 / (1 - beta2) - 1;
                double rho = infinite - 2 * t() * Math.pow(beta2, t()) / correct2();
                if (rho <= threshold) return theta - rate * mHat;
                double r = Math.sqrt((rho - 4) * (rho - 2) * infinite / ((infinite - 4) * (infinite - 2) * rho));
                // ε beside √v as it is, before the correction, as in the authors' program.
                double adaptive = Math.sqrt(correct2()) / (Math.sqrt(v()) + epsilon);
                return theta - rate * r * mHat * adaptive;
            };
        }
    }

    record Signs(double beta1, double beta2, List<Double> past) implements Oracle {
        Signs(double beta1, double beta2) {
            this(beta1, beta2, new ArrayList<>());
        }

        @Override
        public double next(double theta, double g, double rate) {
            double update = beta1 * average(past, beta2) + (1 - beta1) * g;
            past.add(g);
            return theta - rate * (update > 0 ? 1 : update < 0 ? -1 : 0);
        }
    }

    /// Xie et al. with the paper's β, the shares of what is new, and its program's corrections.
    private record Xie(
            double beta1, double beta2, double beta3, double epsilon, List<Double> g, List<Double> d, List<Double> n)
            implements Oracle {
        Xie(double beta1, double beta2, double beta3, double epsilon) {
            this(beta1, beta2, beta3, epsilon, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }

        @Override
        public double next(double theta, double gradient, double rate) {
            d.add(g.isEmpty() ? 0 : gradient - g.getLast());
            g.add(gradient);
            n.add(Math.pow(gradient + (1 - beta2) * d.getLast(), 2));
            int t = g.size();
            double m = average(g, 1 - beta1) / (1 - Math.pow(1 - beta1, t));
            double v = average(d, 1 - beta2) / (1 - Math.pow(1 - beta2, t));
            double eta = rate / (Math.sqrt(average(n, 1 - beta3) / (1 - Math.pow(1 - beta3, t))) + epsilon);
            return theta - eta * (m + (1 - beta2) * v);
        }
    }

    /// Defazio et al.: x and z in full, y from them.
    private static final class Defazio implements Oracle {
        final double beta, beta2, epsilon;
        final List<Double> past = new ArrayList<>();
        double x, z, weights, largest;

        /// @param beta2 0 for the gradient as it is
        Defazio(double beta, double beta2, double epsilon) {
            this.beta = beta;
            this.beta2 = beta2;
            this.epsilon = epsilon;
        }

        @Override
        public double next(double y, double g, double rate) {
            if (past.isEmpty()) x = z = y;
            past.add(g);
            double vHat = average(squares(past), beta2) / (1 - Math.pow(beta2, past.size()));
            double direction = beta2 == 0 ? g : g / (Math.sqrt(vHat) + epsilon);
            z -= rate * direction;
            largest = Math.max(largest, rate);
            weights += largest * largest;
            double c = largest * largest / weights;
            x = (1 - c) * x + c * z;
            return (1 - beta) * z + beta * x;
        }
    }

    private record Clipped(double beta, double denominator, List<Double> past) implements Oracle {
        Clipped(double beta, double denominator) {
            this(beta, denominator, new ArrayList<>());
        }

        @Override
        public double next(double theta, double g, double rate) {
            past.add(g);
            return theta - rate * Math.clamp(average(past, beta) / denominator, -1, 1);
        }
    }
}
