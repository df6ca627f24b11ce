package dev.thalweg.minimize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DenseTest {
    /// Sums have one order, with registers and without.
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 63, 64, 71, 1021, 4096})
    void sumsAreThoseOfEightPlacesInTurn(int n) {
        var random = new SplittableRandom(n);
        double[] a = numbers(random, n), b = numbers(random, n);
        assertEquals(inTurn(a, b), Dense.dot(a, b), 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 63, 64, 71, 1021, 4096})
    void addingAndTheProductAfterwardsAreThoseOfTwoPasses(int n) {
        var random = new SplittableRandom(n);
        double[] x = numbers(random, n), y = numbers(random, n), z = numbers(random, n);
        var expected = y.clone();
        for (int i = 0; i < n; i++) expected[i] += 0.3 * x[i];
        assertEquals(inTurn(expected, z), Dense.addAndDot(0.3, x, y, z), 0);
        assertArrayEquals(expected, y, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8, 71})
    void numbersAreFiniteThoughTheirSquaresAreNot(int n) {
        var numbers = numbers(new SplittableRandom(n), n);
        numbers[n - 1] = Double.MAX_VALUE;
        assertTrue(Dense.finite(numbers));
        numbers[n - 1] = Double.NaN;
        assertFalse(Dense.finite(numbers));
        numbers[n - 1] = Double.NEGATIVE_INFINITY;
        assertFalse(Dense.finite(numbers));
    }

    @Test
    void normsAreRightThoughSquaresAreNot() {
        assertEquals(5, Dense.norm(new double[] {3, -4}), 0);
        assertEquals(5e200, Dense.norm(new double[] {3e200, -4e200}), 1e186);
        assertEquals(5e-200, Dense.norm(new double[] {3e-200, -4e-200}), 1e-214);
        assertEquals(Double.MIN_VALUE, Dense.norm(new double[] {0, Double.MIN_VALUE}), 0);
        assertEquals(0, Dense.norm(new double[] {0, -0.0}), 0);
        assertEquals(Double.POSITIVE_INFINITY, Dense.norm(new double[] {1, Double.NEGATIVE_INFINITY}), 0);
        assertEquals(Double.NaN, Dense.norm(new double[] {Double.NaN, 1}), 0);
    }

    private static double inTurn(double[] a, double[] b) {
        var s = new double[8];
        int end = a.length & -8;
        for (int i = 0; i < end; i++) s[i & 7] += a[i] * b[i];
        double sum = ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
        for (int i = end; i < a.length; i++) sum += a[i] * b[i];
        return sum;
    }

    private static double[] numbers(SplittableRandom random, int n) {
        return random.doubles(n, -1, 1).toArray();
    }
}
