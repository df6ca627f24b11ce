package dev.thalweg.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.thalweg.fuzz.Target;
import java.util.List;
import picocli.CommandLine.ParameterException;

/// Readers of options.
public final class CliTargets {
    private static final Values VALUES = new Values(Main.commandLine().getCommandSpec());

    public static final List<Target> ALL = List.of(
            Target.of(
                    "augmentation",
                    IllegalArgumentException.class,
                    input -> AugmentationSpec.parse(text(input)),
                    "flip",
                    "crop:",
                    "resized-crop:",
                    "cutout:",
                    "none",
                    ",",
                    "-",
                    "0.25",
                    "99999"),
            Target.of("size", ParameterException.class, input -> VALUES.size(text(input)), "x", "×", "99999"));

    private CliTargets() {}

    private static String text(byte[] input) {
        return new String(input, UTF_8);
    }
}
