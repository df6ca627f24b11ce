package dev.thalweg.optim;

/// SOAP as the paper's algorithm 3 has it, M in its own axes and turned at each step, with the first step and the
/// corrections of the authors' program. One tensor.
final class SoapOracle implements TensorwiseTest.Oracle {
    private final double beta1, beta2, beta3, epsilon;
    private final int every, largest;
    private int t = -1;
    private double[][] m = {}, v = {};
    private double[][] l = {}, r = {}, ql = {}, qr = {};

    SoapOracle(double beta1, double beta2, double beta3, double epsilon, int every, int largest) {
        this.beta1 = beta1;
        this.beta2 = beta2;
        this.beta3 = beta3;
        this.epsilon = epsilon;
        this.every = every;
        this.largest = largest;
    }

    private boolean turns(int n) {
        return n <= largest;
    }

    @Override
    public double[] next(double[] theta, double[] gradient, int rows, double rate, double decay) {
        boolean matrix = rows > 0;
        var g = Dense.of(gradient, Math.max(rows, 1));
        int h = g.length, w = g[0].length;
        boolean left = matrix && turns(h), right = matrix && turns(w);
        if (++t == 0) {
            m = new double[h][w];
            v = new double[h][w];
            l = new double[h][h];
            r = new double[w][w];
            average(g);
            ql = left ? Dense.eigenvectors(l) : Dense.identity(h);
            qr = right ? Dense.eigenvectors(r) : Dense.identity(w);
            return theta;
        }
        m = Dense.sum(beta1, m, 1 - beta1, g);
        double[][] turned = turned(g), velocity = turned(m), direction = new double[h][w];
        for (int i = 0; i < h; i++)
            for (int j = 0; j < w; j++) {
                v[i][j] = beta2 * v[i][j] + (1 - beta2) * turned[i][j] * turned[i][j];
                direction[i][j] = velocity[i][j] / (Math.sqrt(v[i][j]) + epsilon);
            }
        direction = Dense.times(Dense.times(ql, direction), Dense.transpose(qr));
        double corrected = rate * Math.sqrt(1 - Math.pow(beta2, t)) / (1 - Math.pow(beta1, t));
        var next = Dense.sum(1 - rate * decay, Dense.of(theta, h), -corrected, direction);
        average(g);
        if (t % every == 0) {
            if (left) {
                var order = Dense.descending(Dense.times(Dense.transpose(ql), Dense.times(l, ql)));
                v = Dense.transpose(Dense.columns(Dense.transpose(v), order));
                ql = Dense.orthonormal(Dense.times(l, Dense.columns(ql, order)));
            }
            if (right) {
                var order = Dense.descending(Dense.times(Dense.transpose(qr), Dense.times(r, qr)));
                v = Dense.columns(v, order);
                qr = Dense.orthonormal(Dense.times(r, Dense.columns(qr, order)));
            }
        }
        return Dense.flat(next);
    }

    private void average(double[][] g) {
        l = Dense.sum(beta3, l, 1 - beta3, Dense.times(g, Dense.transpose(g)));
        r = Dense.sum(beta3, r, 1 - beta3, Dense.times(Dense.transpose(g), g));
    }

    private double[][] turned(double[][] x) {
        return Dense.times(Dense.transpose(ql), Dense.times(x, qr));
    }
}
