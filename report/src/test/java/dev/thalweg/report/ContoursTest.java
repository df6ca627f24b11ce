package dev.thalweg.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContoursTest {
    private static double area(List<double[]> lines) {
        double sum = 0;
        for (double[] line : lines) {
            double twice = 0;
            for (int p = 0, q = line.length - 2; p < line.length; q = p, p += 2)
                twice += line[q] * line[p + 1] - line[p] * line[q + 1];
            sum += Math.abs(twice) / 2;
        }
        return sum;
    }

    /// A cone's level lines are circles.
    @Test
    void aHillsEdgeIsACircle() {
        int side = 61;
        var heights = new double[side * side];
        for (int j = 0; j < side; j++)
            for (int i = 0; i < side; i++) heights[j * side + i] = -Math.hypot(i - 30, j - 30);
        var lines = new Contours(side, side, heights).above(-20, 0.01);
        assertThat(lines).hasSize(1);
        for (int p = 0; p < lines.getFirst().length; p += 2)
            assertThat(Math.hypot(lines.getFirst()[p] - 30, lines.getFirst()[p + 1] - 30))
                    .isCloseTo(20, within(0.05));
        assertThat(area(lines)).isCloseTo(Math.PI * 400, within(5.0));
    }

    /// A slope of 1 over a grid of 7 × 5: what is above 2.5 ends at the border.
    @Test
    void edgesCloseAlongTheBorder() {
        var heights = new double[7 * 5];
        for (int k = 0; k < heights.length; k++) heights[k] = k % 7;
        var contours = new Contours(7, 5, heights);
        assertThat(area(contours.above(2.5, 1e-9))).isCloseTo(3.5 * 4, within(1e-9));
        assertThat(area(contours.above(-1, 1e-9))).as("everywhere").isCloseTo(6 * 4, within(1e-9));
        assertThat(contours.above(7, 1e-9)).as("nowhere").isEmpty();
    }

    @Test
    void twoHillsThatTouchAtACorner() {
        double[] heights = {
            0, 0, 0, 0, 0, 0, //
            0, 9, 9, 0, 0, 0, //
            0, 9, 9, 0, 0, 0, //
            0, 0, 0, 9, 9, 0, //
            0, 0, 0, 9, 9, 0, //
            0, 0, 0, 0, 0, 0
        };
        // At the corner, the mean is 4.5.
        assertThat(new Contours(6, 6, heights).above(5, 0.01)).hasSize(2);
        assertThat(new Contours(6, 6, heights).above(4, 0.01)).hasSize(1);
    }

    @Test
    void straightLinesNeedNoPointsBetween() {
        double[] square = {0, 0, 1, 0, 2, 0, 3, 0, 3, 1, 3, 2, 3, 3, 2, 3, 1, 3, 0, 3, 0, 2, 0, 1};
        double[] simple = Contours.simplified(square, 0.01);
        assertThat(simple).hasSize(8);
        assertThat(area(List.of(simple))).isEqualTo(9);
        assertThat(Arrays.stream(simple).max()).hasValue(3);
    }
}
