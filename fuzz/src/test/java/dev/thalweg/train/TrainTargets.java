package dev.thalweg.train;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.thalweg.format.Tensors;
import dev.thalweg.fuzz.Target;
import dev.thalweg.step.Machine;
import dev.thalweg.tensor.FlatVector;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Readers of recipes, checkpoints and what model files say of themselves.
public final class TrainTargets {
    private static final String[] JSON = {
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "null",
        "true",
        "1e999",
        "-1",
        "0.5",
        "NaN",
        "//",
        "/*",
        "\"kind\"",
        "\"rule\""
    };

    private static final Recipe BASE = base();

    private static final Machine.Kind HERE = new Machine.Kind("1", "2", "3", "4", "5", "6", true);

    public static final List<Target> ALL = List.of(
            Target.of("recipe", IllegalArgumentException.class, TrainTargets::recipe, JSON),
            Target.of(
                    "recipe-yaml",
                    IllegalArgumentException.class,
                    TrainTargets::yaml,
                    ": ",
                    "- ",
                    "\n  ",
                    "#",
                    "&a",
                    "*a",
                    "!!",
                    "|",
                    ">",
                    "'",
                    "\"",
                    "{",
                    "}",
                    "[",
                    "]",
                    ".inf",
                    "0x10",
                    "~",
                    "training:",
                    "? ",
                    "<<"),
            Target.of(
                    "rule",
                    IllegalArgumentException.class,
                    TrainTargets::rule,
                    "nesterov",
                    "mu=",
                    ":",
                    ",",
                    "=",
                    "1e400",
                    "/"),
            Target.of(
                    "schedule",
                    IllegalArgumentException.class,
                    TrainTargets::schedule,
                    "step-decay",
                    "every=",
                    "30e",
                    "warmup",
                    "inner=",
                    "milestones=",
                    "gamma=",
                    ":",
                    ",",
                    "/"),
            Target.of("checkpoint", IOException.class, TrainTargets::checkpoint, JSON),
            Target.of("model-card", IOException.class, TrainTargets::card, JSON),
            Target.of(
                    "setting",
                    IllegalArgumentException.class,
                    TrainTargets::setting,
                    "training.",
                    "epochs=",
                    "optimization.",
                    "groups[0]",
                    ".0",
                    "=",
                    "kind",
                    "null",
                    "{",
                    "}"),
            Target.ofFile("predictions", Prediction::read, "\"", ",", "\n", "\"\"", "1e9", "NaN"),
            Target.ofFile("steps", StepSample::read, JSON),
            Target.ofFile("run-record", RunRecord::read, JSON),
            Target.ofFile("controls", TrainTargets::controls, JSON),
            Target.ofFile("skipped", SkippedFile::read, JSON),
            Target.ofFile("provenance", TrainTargets::provenance, JSON));

    private TrainTargets() {}

    private static Recipe base() {
        try {
            return Defaults.forData("shapes:200");
        } catch (IOException e) {
            throw new AssertionError("the generated set needs no file", e);
        }
    }

    private static void recipe(byte[] input) {
        RecipeFile.part("x.json", new String(input, UTF_8)).over(BASE);
    }

    private static void yaml(byte[] input) {
        RecipeFile.part("x.yaml", new String(input, UTF_8)).over(BASE);
    }

    private static void rule(byte[] input) {
        OptimizerSetting.parse(new String(input, UTF_8));
    }

    private static void schedule(byte[] input) {
        var schedule = RecipeFile.schedule(new String(input, UTF_8), 10);
        for (long step : new long[] {0, 1, 99, 100}) schedule.factor(step, 100);
    }

    private static void setting(byte[] input) {
        Setting.parse(new String(input, UTF_8)).applyTo(BASE);
    }

    private static void checkpoint(byte[] input) throws IOException {
        try (var arena = Arena.ofConfined()) {
            Map<String, FlatVector> vectors =
                    Map.of("a", FlatVector.allocate(3, arena), "b", FlatVector.allocate(2, arena));
            Checkpoint.read(Tensors.in(input), vectors, Map.of(), "data");
        }
    }

    /// The handles of a run to which nothing has been done.
    public static Controls controls() throws IOException {
        return new Controls(ControlLog.of(new RunFolder(Path.of("nowhere"))), true);
    }

    private static void controls(Path file) throws IOException {
        for (var control : ControlLog.read(file)) if (control.toString().isEmpty()) throw new AssertionError(control);
    }

    private static void provenance(Path file) throws IOException {
        var original = Original.of(file);
        original.controls();
        original.split();
        original.strangeness(HERE, "the JDK");
    }

    /// As [ModelStore#read] takes a file, up to where memory would be taken for the model.
    private static void card(byte[] input) throws IOException {
        ModelStore.network(Tensors.in(input));
    }
}
