package dev.thalweg.picture;

import static dev.thalweg.data.Fixtures.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.data.Fixtures;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;
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

    @ParameterizedTest
    @CsvSource({"1, 1, 4, 5", "500, 375, 224, 224", "97, 31, 53, 17", "33, 7, 3, 29", "1021, 5, 67, 3"})
    void vectorsGiveTheSameBits(int w, int h, int toW, int toH) {
        for (int channels : new int[] {1, 3}) {
            var pixels = Fixtures.noise(w, h, channels, 5).pixels();
            var columns = Resize.Taps.of(0, w, 1, w, toW, 0, toW);
            var rows = Resize.Taps.of(0, h, 1, h, toH, 0, toH);
            int span = w * channels;
            for (int y = 0; y < toH; y++) {
                var plain = new float[span + columns.most() * channels + ResizeSimd.PIXEL];
                var wide = plain.clone();
                int at = rows.first()[y] * span;
                Resize.mixRows(rows, y, pixels, at, span, plain, 0, span);
                ResizeSimd.mixRows(rows, y, pixels, at, span, wide, span);
                assertThat(wide).isEqualTo(plain);
                int line = toW * channels;
                var filtered = new float[line + ResizeSimd.PIXEL];
                var filteredWide = filtered.clone();
                if (channels == 3) {
                    Resize.mixColours(columns, 0, plain, filtered);
                    ResizeSimd.mixColours(columns, 0, wide, filteredWide);
                } else {
                    Resize.mixGreys(columns, 0, plain, filtered);
                    Resize.mixGreys(columns, 0, wide, filteredWide);
                }
                assertThat(Arrays.copyOf(filteredWide, line)).isEqualTo(Arrays.copyOf(filtered, line));
                var result = new byte[3 * line];
                var resultWide = result.clone();
                Resize.round(filtered, 0, line, result, line);
                ResizeSimd.round(filtered, line, resultWide, line);
                assertThat(Arrays.copyOf(resultWide, 2 * line)).isEqualTo(Arrays.copyOf(result, 2 * line));
            }
        }
    }

    /// 2 × 2 pixels of one value are one pixel of it: the reduced picture of such a picture holds all
    /// that it has, and every other filter sees the same steps at a distance of twice as many pixels.
    @Test
    void aReducedPictureStandsForTheWholeOne() {
        var reduced = Fixtures.noise(20, 14, 3, 9);
        var whole = new Dimensions(39, 28);
        // Half as large again: radius 1 in reduced pixels, so that only the count of pixels differs.
        var box = new Box(5, 3, 24, 20);
        var size = new Dimensions(6, 5);
        var picture = Resize.part(reduced, whole, box, size, Box.whole(size));
        for (int y = 0; y < 5; y++)
            for (int x = 0; x < 6; x++)
                for (int c = 0; c < 3; c++) {
                    double sum = 0, total = 0;
                    for (int v = 1; v < 12; v++)
                        for (int u = 2; u < 15; u++) {
                            // Box from 2.5 to 14.5 and from 1.5 to 11.5 of reduced pixels, scales 2 and 2.
                            double weight = Math.max(0, 1 - Math.abs(u + 0.5 - 2.5 - (x + 0.5) * 2) / 2)
                                    * Math.max(0, 1 - Math.abs(v + 0.5 - 1.5 - (y + 0.5) * 2) / 2);
                            sum += weight * reduced.at(u, v, c);
                            total += weight;
                        }
                    assertThat((double) picture.at(x, y, c)).isBetween(sum / total - 0.501, sum / total + 0.501);
                }
    }

    @Test
    void onlyLargePicturesAreReduced() {
        var size = new Dimensions(224, 224);
        assertThat(Resize.reduction(new Box(0, 0, 895, 4000), size)).isEqualTo(1);
        assertThat(Resize.reduction(new Box(0, 0, 896, 896), size)).isEqualTo(2);
        assertThat(Resize.reduction(new Box(9, 9, 4000, 1792), size)).isEqualTo(4);
        assertThat(Resize.reduction(new Box(0, 0, 40000, 40000), size)).isEqualTo(8);
        assertThatThrownBy(() -> Resize.part(
                        Fixtures.noise(4, 4, 1, 1),
                        new Dimensions(9, 9),
                        new Box(0, 0, 9, 9),
                        new Dimensions(1, 1),
                        new Box(0, 0, 1, 1)))
                .hasMessage("a picture of 4×4 is no reduced form of one of 9×9");
    }

    /// The bound that [Resize#reduction] states, on real photographs.
    @Test
    void reducedPhotographsComeOutNearlyTheSame() throws IOException {
        Assumptions.assumeTrue(TurboJpeg.find() != null, "no libjpeg-turbo: " + TurboJpeg.INSTALL);
        var turbo = JpegDecoder.choose("turbo");
        long difference = 0, samples = 0;
        for (byte[] file : Fixtures.photographs("hymenoptera/hymenoptera.tar", 20)) {
            var whole = ImageDecoder.decode(file, "x", 1, turbo);
            var box = Box.whole(whole.dimensions());
            var size = new Dimensions(whole.width() / 4, whole.height() / 4);
            assertThat(Resize.reduction(box, size)).isEqualTo(2);
            var exact = Resize.to(whole, size);
            var reduced = ImageDecoder.decode(file, "x", 2, turbo);
            var near = Resize.part(reduced, whole.dimensions(), box, size, Box.whole(size));
            for (int i = 0; i < exact.pixels().length; i++)
                difference += Math.abs((exact.pixels()[i] & 0xff) - (near.pixels()[i] & 0xff));
            samples += exact.pixels().length;
        }
        assertThat((double) difference / samples).isBetween(0.1, 0.7);
    }
}
