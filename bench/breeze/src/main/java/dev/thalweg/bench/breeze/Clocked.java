package dev.thalweg.bench.breeze;

import dev.thalweg.minimize.Objective;

/// An objective that counts how often it is asked, and how long that takes.
final class Clocked implements Objective {
    private final Objective f;
    int evaluations;
    long nanoseconds;

    Clocked(Objective f) {
        this.f = f;
    }

    @Override
    public double at(double[] x, double[] gradient) {
        long before = System.nanoTime();
        double value = f.at(x, gradient);
        nanoseconds += System.nanoTime() - before;
        evaluations++;
        return value;
    }
}
