package dev.thalweg.cli;

import static dev.thalweg.cli.Ran.thalweg;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {

    @Test
    void printsItsVersion() {
        var ran = thalweg("--version");
        assertThat(ran.status()).isZero();
        assertThat(ran.out().strip()).matches("thalweg \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?");
    }

    @Test
    void explainsItselfWithoutArguments() {
        var ran = thalweg();
        assertThat(ran.status()).isZero();
        assertThat(ran.out())
                .contains(
                        "train",
                        "compare",
                        "evaluate",
                        "predict",
                        "plan",
                        "models",
                        "recipe",
                        "inspect",
                        "reproduce",
                        "minimize",
                        "doctor",
                        "Exit status:",
                        "130")
                .doesNotContain("generate-completion");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "train",
                "lr",
                "compare",
                "evaluate",
                "predict",
                "plan",
                "models",
                "recipe",
                "recipe show",
                "recipe diff",
                "recipe validate",
                "inspect",
                "reproduce",
                "minimize",
                "doctor"
            })
    void everyCommandHasHelpWithExamples(String command) {
        var ran = thalweg((Object[]) (command + " --help").split(" "));
        assertThat(ran.status()).isZero();
        assertThat(ran.out()).contains("Examples:", "./thalweg " + command);
        assertThat(ran.out().lines()).allMatch(line -> line.length() <= 80, "fits a terminal of 80 columns");
    }

    @Test
    void optionsOfOneKindStandUnderOneHeading() {
        assertThat(thalweg("train", "--help").out())
                .containsSubsequence(
                        "--resume",
                        "\nNetwork and pictures\n",
                        "--model",
                        "\nCourse\n",
                        "--epochs",
                        "\nOptimization\n",
                        "--optimizer",
                        "--schedule",
                        "\nFor other programs\n",
                        "--live")
                .containsOnlyOnce("\nOptimization\n")
                .containsOnlyOnce("--epochs=N");
    }

    @Test
    void generatesCompletion() {
        var ran = thalweg("generate-completion");
        assertThat(ran.status()).isZero();
        assertThat(ran.out()).contains("--label-smoothing");
    }

    /// Such as that quotation marks within an option's value are odd in number, with the names of classes.
    @Test
    void theLibrarysRemarksForProgrammersStayOffTheTerminal() {
        Main.commandLine();
        assertThat(CommandLine.tracer().isWarn()).isFalse();
    }
}
