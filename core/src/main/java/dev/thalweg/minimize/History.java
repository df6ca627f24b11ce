package dev.thalweg.minimize;

import java.util.Map;

/// The last steps of L-BFGS and what they say of the inverse of the matrix of second derivatives.
final class History {
    private final double[][] s;
    private final double[][] y;
    /// 1 / sᵀy of each.
    private final double[] rho;

    private final double[] alpha;
    private int next;
    private int size;
    private double scale = 1;

    History(int most, int n) {
        s = new double[most][n];
        y = new double[most][n];
        rho = new double[most];
        alpha = new double[most];
    }

    boolean isEmpty() {
        return size == 0;
    }

    /// Takes a step in, unless the gradient did not grow along it.
    void add(double[] step, double[] change, double precision) {
        double sy = Dense.dot(step, change), yy = Dense.dot(change, change);
        if (!Dense.curves(step, sy, yy, precision)) return;
        System.arraycopy(step, 0, s[next], 0, step.length);
        System.arraycopy(change, 0, y[next], 0, change.length);
        rho[next] = 1 / sy;
        scale = sy / yy;
        next = (next + 1) % s.length;
        size = Math.min(size + 1, s.length);
    }

    /// d ← Hd
    void multiply(double[] d) {
        double along = Dense.dot(s[back(1)], d);
        for (int k = 1; k <= size; k++) {
            int i = back(k);
            alpha[i] = rho[i] * along;
            along = Dense.addAndDot(-alpha[i], y[i], d, k < size ? s[back(k + 1)] : y[i]);
        }
        Dense.scaled(scale, d, d);
        along = Dense.dot(y[back(size)], d);
        for (int k = size; k >= 1; k--) {
            int i = back(k);
            along = Dense.addAndDot(alpha[i] - rho[i] * along, s[i], d, k > 1 ? y[back(k - 1)] : s[i]);
        }
    }

    /// Where the `k`th step from the last is.
    private int back(int k) {
        return Math.floorMod(next - k, s.length);
    }

    /// Returns whether there was anything to forget.
    boolean clear() {
        boolean some = size > 0;
        size = 0;
        scale = 1;
        return some;
    }

    void remember(Map<String, double[]> memory) {
        memory.put("history", new double[] {next, size, scale});
        memory.put("history.rho", rho);
        for (int i = 0; i < s.length; i++) {
            memory.put("history.s." + i, s[i]);
            memory.put("history.y." + i, y[i]);
        }
    }

    void recall(Map<String, double[]> memory) {
        var numbers = new double[3];
        Descent.copy(memory, "history", numbers);
        next = Descent.whole(numbers, 0, "history", 0, s.length - 1);
        size = Descent.whole(numbers, 1, "history", 0, s.length);
        scale = numbers[2];
        Descent.copy(memory, "history.rho", rho);
        for (int i = 0; i < s.length; i++) {
            Descent.copy(memory, "history.s." + i, s[i]);
            Descent.copy(memory, "history.y." + i, y[i]);
        }
    }
}
