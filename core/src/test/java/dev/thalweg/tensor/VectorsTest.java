package dev.thalweg.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VectorsTest {
    private final Arena arena = Arena.ofShared();

    @AfterEach
    void close() {
        arena.close();
    }

    private FlatVector vector(float... values) {
        return FlatVector.of(values, arena);
    }

    private FlatVector noise(int n, long seed) {
        var key = RandomKey.of(seed);
        var vector = FlatVector.allocate(n, arena);
        for (int i = 0; i < n; i++) vector.set(i, key.uniform(i) * 2 - 1);
        return vector;
    }

    private FlatVector copy(FlatVector vector) {
        return FlatVector.of(vector.toArray(), arena);
    }

    @Test
    void byHand() {
        var x = vector(1, 2, 3);
        Vectors.axpy(x, vector(10, 20, 30), 0.5, Workers.SERIAL);
        assertThat(x.toArray()).containsExactly(6, 12, 18);
        Vectors.scale(x, 0.5, Workers.SERIAL);
        assertThat(x.toArray()).containsExactly(3, 6, 9);
        Vectors.lerp(x, vector(7, 10, 1), 0.25, Workers.SERIAL);
        assertThat(x.toArray()).containsExactly(4, 7, 7);
        assertThat(Vectors.dot(x, vector(1, 0, -2), Workers.SERIAL)).isEqualTo(-10);
        assertThat(Vectors.squaredNorm(x, Workers.SERIAL)).isEqualTo(114);
        assertThat(Vectors.squaredNorm(x, 1, 3)).isEqualTo(98);
        var y = FlatVector.allocate(3, arena);
        Vectors.copy(y, x, Workers.SERIAL);
        assertThat(y.toArray()).containsExactly(4, 7, 7);
    }

    /// Registers stop short of `to`, and the scalar loop goes on: together they are the scalar loop.
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 16, 17, 31, 255, 1021, 40_003})
    void registersGiveTheScalarBits(int n) {
        for (int from : new int[] {0, 1, 7, 16}) {
            int to = from + n;
            var x = noise(to + 3, 1);
            var y = noise(to + 3, 2);

            var wide = copy(x);
            var plain = copy(x);
            Vectors.Plain.axpy(wide, y, 0.3f, Vectors.Wide.axpy(wide, y, 0.3f, from, to), to);
            Vectors.Plain.axpy(plain, y, 0.3f, from, to);
            assertThat(wide.toArray()).isEqualTo(plain.toArray());

            Vectors.Plain.scale(wide, 0.3f, Vectors.Wide.scale(wide, 0.3f, from, to), to);
            Vectors.Plain.scale(plain, 0.3f, from, to);
            assertThat(wide.toArray()).isEqualTo(plain.toArray());

            for (boolean fromTarget : new boolean[] {true, false}) {
                Vectors.Plain.lerp(
                        wide, y, fromTarget, 0.3f, Vectors.Wide.lerp(wide, y, fromTarget, 0.3f, from, to), to);
                Vectors.Plain.lerp(plain, y, fromTarget, 0.3f, from, to);
                assertThat(wide.toArray()).isEqualTo(plain.toArray());
            }

            assertThat(Vectors.Wide.dot(x, y, from, to))
                    .isCloseTo(Vectors.Plain.dot(x, y, from, to), within(1e-11 * (n + 1)));
            assertThat(Vectors.Wide.allFinite(x, from, to)).isTrue();
        }
    }

    @Test
    void everyPlaceIsLookedAt() {
        for (int n : new int[] {1, 16, 37, 2 * Vectors.BLOCK + 5})
            for (int place : new int[] {0, n / 2, n - 1})
                for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
                    var x = noise(n, 3);
                    assertThat(Vectors.allFinite(x, Workers.SERIAL)).isTrue();
                    x.set(place, value);
                    assertThat(Vectors.allFinite(x, Workers.SERIAL))
                            .as("%s at %s", value, place)
                            .isFalse();
                    assertThat(Vectors.Plain.allFinite(x, 0, n)).isFalse();
                }
    }

    @Test
    void largestFloatsAreFiniteAndTheirSquaresDoNotOverflow() {
        var x = vector(Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_VALUE, -0f);
        assertThat(Vectors.allFinite(x, Workers.SERIAL)).isTrue();
        assertThat(Vectors.squaredNorm(x, Workers.SERIAL)).isEqualTo(2 * (double) Float.MAX_VALUE * Float.MAX_VALUE);
    }

    /// In float32 the small terms would be lost beside the large one.
    @Test
    void sumsAreKeptInDoublePrecision() {
        var x = FlatVector.allocate(100_001, arena);
        x.fill(1e-3f);
        x.set(0, 1e4f);
        double small = (double) 1e-3f * 1e-3f;
        assertThat(Vectors.squaredNorm(x, Workers.SERIAL)).isCloseTo(1e8 + 1e5 * small, within(1e-4));
    }

    /// Interpreted at first, then compiled: the same bits. Numbers of one size would be summed exactly, in any order.
    @Test
    void sumsAreTakenInOneOrder() {
        Assumptions.assumeTrue(Simd.AVAILABLE, "needs the Vector API");
        int count = 100;
        var vectors = new FlatVector[count];
        var expected = new double[count];
        for (int v = 0; v < count; v++) {
            var key = RandomKey.of(v);
            vectors[v] = FlatVector.allocate(5L * Lanes.WIDTH + 3, arena);
            for (int i = 0; i < vectors[v].length(); i++)
                vectors[v].set(i, (key.uniform(i) * 2 - 1) * (float) Math.pow(10, i % 7 - 3));
            expected[v] = inOrderOfLanes(vectors[v]);
        }
        for (int round = 0; round < 30_000; round++) {
            var x = vectors[round % count];
            assertThat(Vectors.squaredNorm(x, 0, x.length()))
                    .as("round %s", round)
                    .isEqualTo(expected[round % count]);
        }
    }

    /// Σ x² over five registers and three elements: of each half's lanes, of both halves, of all lanes, of the rest.
    private static double inOrderOfLanes(FlatVector x) {
        int width = Lanes.WIDTH, half = width / 2;
        double total = 0, rest = 0;
        for (int k = 0; k < half; k++) {
            double low = 0, high = 0;
            for (int r = 0; r < 5; r++) {
                low += Math.pow(x.get((long) r * width + k), 2);
                high += Math.pow(x.get((long) r * width + half + k), 2);
            }
            total += low + high;
        }
        for (long i = 5L * width; i < x.length(); i++) rest += Math.pow(x.get(i), 2);
        return total + rest;
    }

    @Test
    void bitsDoNotDependOnTheNumberOfWorkers() {
        int n = 7 * Vectors.BLOCK + 1021;
        var x = noise(n, 4);
        var y = noise(n, 5);
        double dot = Vectors.dot(x, y, Workers.SERIAL), norm = Vectors.squaredNorm(x, Workers.SERIAL);
        var alone = copy(x);
        Vectors.axpy(alone, y, 0.7, Workers.SERIAL);
        Vectors.lerp(alone, y, 0.9, Workers.SERIAL);
        for (int count : new int[] {2, 3, 5})
            try (var workers = new JavaWorkers(count)) {
                assertThat(Vectors.dot(x, y, workers)).isEqualTo(dot);
                assertThat(Vectors.squaredNorm(x, workers)).isEqualTo(norm);
                var shared = FlatVector.allocate(n, arena);
                Vectors.copy(shared, x, workers);
                Vectors.axpy(shared, y, 0.7, workers);
                Vectors.lerp(shared, y, 0.9, workers);
                assertThat(shared.toArray()).isEqualTo(alone.toArray());
                shared.set(n - 1, Float.NaN);
                assertThat(Vectors.allFinite(shared, workers)).isFalse();
            }
    }

    /// target + 1 · (source − target) would lose the small source beside the large target.
    @Test
    void lerpIsExactAtBothEnds() {
        var source = vector(1, 0.1f, -3e-20f);
        var target = vector(1e9f, -1e9f, 3);
        var before = target.toArray();
        Vectors.lerp(target, source, 0, Workers.SERIAL);
        assertThat(target.toArray()).isEqualTo(before);
        Vectors.lerp(target, source, 1, Workers.SERIAL);
        assertThat(target.toArray()).isEqualTo(source.toArray());
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThatThrownBy(() -> Vectors.axpy(vector(1, 2), vector(1), 1, Workers.SERIAL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected two vectors of one length, got 2 and 1 elements");
        assertThatThrownBy(() -> Vectors.lerp(vector(1), vector(1), Double.NaN, Workers.SERIAL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the weight of an average must be in [0, 1], got NaN");
    }
}
