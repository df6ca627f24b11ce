package dev.thalweg.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.thalweg.picture.Dimensions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The published sets, where they are at hand: counts that are known, and every kind of picture in
/// them decoded.
@Tag("slow")
class RealDataTest {

    private static int[] counts(Examples part, int classes) {
        var counts = new int[classes];
        for (int label : part.labels()) counts[label]++;
        return counts;
    }

    @Test
    void hymenoptera() throws IOException {
        try (var set = DataSets.open(Fixtures.data("hymenoptera/hymenoptera.tar"))) {
            assertThat(set.name()).isEqualTo("hymenoptera");
            assertThat(set.classes()).containsExactly("ants", "bees");
            // One of the ants is a GIF that says that there is no picture.
            assertThat(counts(set.train(), 2)).containsExactly(124, 121);
            assertThat(counts(set.test(), 2)).containsExactly(70, 83);
            assertThat(set.validation().size()).isZero();
            assertThat(set.notes()).isEmpty();
            for (int i = 0; i < set.test().size(); i += 10)
                assertThat(set.test().picture(i).dimensions())
                        .isEqualTo(set.test().dimensions(i));
        }
    }

    @Test
    void cifar10AsJpeg() throws IOException {
        // The folder holds other things too, but one archive.
        try (var set = DataSets.open(Fixtures.data("cifar10"))) {
            assertThat(set.classes()).startsWith("airplane", "automobile").endsWith("truck");
            assertThat(counts(set.train(), 10)).containsOnly(5000).hasSize(10);
            assertThat(counts(set.test(), 10)).containsOnly(1000).hasSize(10);
            assertThat(set.train().name(0)).isEqualTo("train/airplane/0000.jpg");
            for (int i = 0; i < 10_000; i += 1000)
                assertThat(set.test().picture(i).dimensions()).isEqualTo(new Dimensions(32, 32));
        }
    }

    @Test
    void cifar10WithoutLoss() throws IOException {
        var labels = new GZIPInputStream(new ByteArrayInputStream(
                        Files.readAllBytes(Path.of(Fixtures.data("cifar10/labels-original-order.bin.gz")))))
                .readAllBytes();
        var names = Files.readAllLines(Path.of(Fixtures.data("cifar10/batches.meta.txt")), UTF_8).stream()
                .filter(line -> !line.isBlank())
                .toList();
        try (var set = DataSets.open(Fixtures.data("cifar10/lossless"))) {
            assertThat(set.train().size()).isEqualTo(4000 + 4 * 761);
            assertThat(set.test().size()).isEqualTo(261);
            assertThat(set.classes()).isEqualTo(names);
            for (int i = 0; i < 4000; i++) assertThat(set.train().label(i)).isEqualTo(labels[i]);
            for (int i = 0; i < 261; i++) assertThat(set.test().label(i)).isEqualTo(labels[50_000 + i]);
        }
    }

    /// The lossy pictures are those without loss, give or take.
    @Test
    void bothKindsOfCifarShowTheSame() throws IOException {
        try (var lossless = DataSets.open(Fixtures.data("cifar10/lossless"));
                var jpeg = DataSets.open(Fixtures.data("cifar10/cifar10-jpeg.tar.gz"))) {
            var seen = new int[10];
            double error = 0;
            for (int i = 0; i < 100; i++) {
                int label = lossless.test().label(i);
                var exact = lossless.test().picture(i).pixels();
                var lossy = jpeg.test().picture(1000 * label + seen[label]++).pixels();
                for (int p = 0; p < exact.length; p++) error += Math.abs((exact[p] & 0xff) - (lossy[p] & 0xff));
            }
            assertThat(error / (100 * 3072)).isLessThan(8);
        }
    }

    @ParameterizedTest
    @CsvSource({"mnist, 0", "fashion-mnist, T-shirt/top"})
    void mnist(String folder, String firstClass) throws IOException {
        try (var set = DataSets.open(Fixtures.data(folder))) {
            assertThat(set.train().size()).isEqualTo(60_000);
            assertThat(set.test().size()).isEqualTo(10_000);
            assertThat(set.classes()).hasSize(10).startsWith(firstClass);
            assertThat(set.train().picture(59_999).dimensions()).isEqualTo(new Dimensions(28, 28));
            if (folder.equals("fashion-mnist")) {
                assertThat(counts(set.test(), 10)).containsOnly(1000);
                var measured = Preprocessing.measure(set.train(), 1, 28, 28, 60_000);
                // Known: 0.2860 and 0.3530.
                assertThat(Math.round(measured.mean()[0] * 1e4)).isEqualTo(2860);
                assertThat(Math.round(measured.deviation()[0] * 1e4)).isEqualTo(3530);
            }
        }
    }

    /// The same model that [ShapesTest#aLinearModelIsNotEnough] asks for shapes knows digits.
    @Test
    void aLinearModelReadsDigits() throws IOException {
        try (var set = DataSets.open(Fixtures.data("mnist"))) {
            assertThat(LinearModel.bestTestAccuracy(set, 2)).isGreaterThan(0.9);
        }
    }

    @Test
    void tinyImageNet() throws IOException {
        try (var set = DataSets.open(Fixtures.data("tiny-imagenet-20"))) {
            assertThat(set.train().size()).isEqualTo(10_000);
            assertThat(counts(set.test(), 20)).containsOnly(50).hasSize(20);
            int grey = 0;
            for (var part : Arrays.asList(set.train(), set.test()))
                for (int i = 0; i < part.size(); i++) if (part.picture(i).channels() == 1) grey++;
            assertThat(grey).isEqualTo(241);
        }
    }
}
