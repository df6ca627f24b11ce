package dev.thalweg.data;

import static dev.thalweg.data.Fixtures.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResizeTest {

    /// Halving: radius 2 input pixels, so that output 1 of 4 → 2 weighs inputs 1 to 3 by ¼·(1, 3, 3)
    /// over the 7/4 that the edge leaves, and output 0 mirrors it.
    @Test
    void halvingWeighsFourNeighboursByATriangle() {
        var row = new Picture(4, 1, 1, bytes(0, 70, 140, 210));
        // (3·0 + 3·70 + 1·140)/7 = 50 and (1·70 + 3·140 + 3·210)/7 = 160
        assertThat(Resize.to(row, new Dimensions(2, 1)).pixels()).isEqualTo(bytes(50, 160));
    }

    /// Doubling: outputs lie a quarter of a pixel from the inputs.
    @Test
    void doublingInterpolatesAndRepeatsTheEdge() {
        var column = new Picture(1, 2, 1, bytes(0, 200));
        assertThat(Resize.to(column, new Dimensions(1, 4)).pixels()).isEqualTo(bytes(0, 50, 150, 200));
    }

    @Test
    void theSameSizeIsTheSamePicture() {
        var picture = Fixtures.noise(13, 7, 3, 1);
        assertThat(Resize.to(picture, picture.dimensions()).pixels()).isEqualTo(picture.pixels());
    }

    @Test
    void constantsStayConstant() {
        for (int value : new int[] {0, 1, 127, 254, 255}) {
            var picture = new Picture(37, 11, 1, new byte[37 * 11]);
            Arrays.fill(picture.pixels(), (byte) value);
            for (byte b : Resize.to(picture, new Dimensions(5, 29)).pixels())
                assertThat(b & 0xff).isEqualTo(value);
        }
    }

    @ParameterizedTest
    @CsvSource({"500, 375, 341, 256", "31, 17, 8, 23", "5, 7, 13, 3", "1, 1, 4, 5", "97, 3, 1, 1", "10, 10, 11, 9"})
    void agreesWithDoublePrecision(int w, int h, int toW, int toH) {
        for (int channels : new int[] {1, 3}) {
            var picture = Fixtures.noise(w, h, channels, 7);
            var result = Resize.to(picture, new Dimensions(toW, toH));
            double[][] columns = weights(w, toW);
            double[][] rows = weights(h, toH);
            for (int y = 0; y < toH; y += 1 + toH / 20)
                for (int x = 0; x < toW; x += 1 + toW / 20)
                    for (int c = 0; c < channels; c++) {
                        double sum = 0;
                        for (int v = 0; v < h; v++)
                            for (int u = 0; u < w && rows[y][v] != 0; u++)
                                sum += rows[y][v] * columns[x][u] * picture.at(u, v, c);
                        assertThat((double) result.at(x, y, c)).isBetween(sum - 0.501, sum + 0.501);
                    }
        }
    }

    /// The definition, without regard for speed: a weight for each pair of output and input.
    private static double[][] weights(int n, int m) {
        double scale = (double) n / m;
        double radius = Math.max(scale, 1);
        var weights = new double[m][n];
        for (int i = 0; i < m; i++) {
            double sum = 0;
            for (int k = 0; k < n; k++) {
                weights[i][k] = Math.max(0, 1 - Math.abs(k + 0.5 - (i + 0.5) * scale) / radius);
                sum += weights[i][k];
            }
            for (int k = 0; k < n; k++) weights[i][k] /= sum;
        }
        return weights;
    }

    @Test
    void aPartIsCutResizedAndCut() {
        var picture = Fixtures.noise(41, 29, 3, 3);
        var from = new Box(3, 5, 31, 19);
        var size = new Dimensions(17, 23);
        var window = new Box(2, 4, 11, 13);
        var inTurn = cut(Resize.to(cut(picture, from), size), window);
        assertThat(Resize.part(picture, from, size, window).pixels()).isEqualTo(inTurn.pixels());
    }

    private static Picture cut(Picture picture, Box box) {
        int channels = picture.channels();
        var pixels = new byte[box.width() * box.height() * channels];
        for (int y = 0, o = 0; y < box.height(); y++)
            for (int x = 0; x < box.width(); x++)
                for (int c = 0; c < channels; c++) pixels[o++] = (byte) picture.at(box.x() + x, box.y() + y, c);
        return new Picture(box.width(), box.height(), channels, pixels);
    }

    @Test
    void refusesBoxesOutside() {
        var picture = Fixtures.noise(4, 4, 1, 1);
        var size = new Dimensions(2, 2);
        assertThatThrownBy(() -> Resize.part(picture, new Box(1, 0, 4, 4), size, Box.whole(size)))
                .hasMessage("the box 4×4 at (1, 0) lies outside a picture of 4×4");
        assertThatThrownBy(() -> Resize.part(picture, new Box(0, 0, 4, 4), size, new Box(0, -1, 1, 1)))
                .hasMessage("the window 1×1 at (0, -1) lies outside a result of 2×2");
    }
}
