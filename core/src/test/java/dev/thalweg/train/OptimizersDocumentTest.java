package dev.thalweg.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.optim.Decay;
import dev.thalweg.optim.FirstOrder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// docs/OPTIMIZERS.md has a paragraph for every rule, and says its usual rate and decay.
class OptimizersDocumentTest {
    private static List<String> lines;

    @BeforeAll
    static void read() throws IOException {
        lines = Files.readAllLines(Path.of("../docs/OPTIMIZERS.md"));
    }

    static Stream<FirstOrder> everyRule() {
        return Json.RULES.stream();
    }

    @ParameterizedTest
    @MethodSource("everyRule")
    void hasEveryRule(FirstOrder rule) {
        assertThat(lines)
                .as("a paragraph")
                .anyMatch(line -> line.startsWith("**`") && line.contains("`" + rule.name() + "`**"));
        var row = lines.stream()
                .filter(line -> line.startsWith("| `" + rule.name() + "` |"))
                .map(line -> Arrays.stream(line.split("\\|")).map(String::strip).toList())
                .findFirst()
                .orElseThrow();
        var usual = rule.usual();
        assertThat(Double.parseDouble(row.get(3))).isCloseTo(usual.learningRate(), within(1e-9));
        var decay = usual.decay();
        assertThat(row.get(4))
                .isEqualTo(
                        !decay.any()
                                ? "–"
                                : "%s %s"
                                        .formatted(
                                                decay.lambda() < 1e-3 ? "5e-4" : decay.lambda(),
                                                decay.form() == Decay.Form.COUPLED ? "coupled" : "decoupled"));
    }
}
