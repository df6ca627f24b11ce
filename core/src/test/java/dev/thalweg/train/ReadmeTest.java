package dev.thalweg.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thalweg.minimize.Lbfgs;
import dev.thalweg.minimize.Objective;
import dev.thalweg.nn.Layers;
import dev.thalweg.nn.Network;
import dev.thalweg.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The README's Java, compiled and run. What stands between the markers is what stands there.
class ReadmeTest {
    @TempDir
    Path folder;

    @Test
    @Tag("slow")
    void trains() throws IOException {
        // README: In Java
        var recipe = Defaults.forData("shapes:1000").withEpochs(2);
        try (var trainer = Trainer.start(recipe, folder.resolve("first"))) {
            trainer.listen(new Listener() {
                @Override
                public void epoch(EpochReport report) {
                    System.out.printf("epoch %d: loss %.3f%n", report.epoch(), report.trainLoss());
                }
            });
            System.out.println(trainer.run());
        }
        // end
        assertThat(folder.resolve("first/model.safetensors")).exists();
    }

    @Test
    void buildsANetwork() {
        // README: network
        var network = Network.build(
                "small",
                Shape.of(3, 32, 32),
                x -> x.then("conv", Layers.convolution(32, 3).padding(1).withoutBias())
                        .then("norm", Layers.batchNorm())
                        .then(Layers.relu())
                        .then(Layers.globalAveragePool())
                        .then("fc", Layers.linear(10)));
        // end
        assertThat(network.parameters().length()).isEqualTo(3 * 9 * 32 + 64 + 330);
    }

    @Test
    void minimizes() {
        // README: minimizer
        Objective bowl = (x, gradient) -> {
            gradient[0] = 2 * (x[0] - 3);
            gradient[1] = 20 * x[1];
            return (x[0] - 3) * (x[0] - 3) + 10 * x[1] * x[1];
        };
        var result = new Lbfgs().minimize(bowl, 0, 1);
        System.out.println(result.reason() + " at " + Arrays.toString(result.point()));
        // end
        assertThat(result.converged()).isTrue();
        assertThat(result.point()).usingComparatorWithPrecision(1e-6).containsExactly(3, 0);
    }

    @Test
    void isTheReadmesOwnCode() throws IOException {
        String readme = squeeze(Files.readString(file("README.md")));
        String source = Files.readString(file("core/src/test/java/dev/thalweg/train/ReadmeTest.java"));
        for (String name : new String[] {"In Java", "network", "minimizer"}) {
            String code = source.substring(source.indexOf("// README: " + name) + 11 + name.length());
            code = squeeze(code.substring(0, code.indexOf("// end")))
                    .replace("folder.resolve(\"first\")", "Path.of(\"runs\",\"first\")");
            assertThat(readme).contains(code);
        }
    }

    private static String squeeze(String text) {
        return text.lines().map(line -> line.replaceAll("\\s", "")).collect(Collectors.joining());
    }

    private static Path file(String name) {
        Path here = Path.of("").toAbsolutePath();
        return Files.exists(here.resolve(name)) ? here.resolve(name) : here.resolveSibling(name);
    }
}
