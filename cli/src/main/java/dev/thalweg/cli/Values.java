package dev.thalweg.cli;

import dev.thalweg.picture.Dimensions;
import dev.thalweg.step.PlanOptions;
import dev.thalweg.step.Precision;
import dev.thalweg.tensor.Nearest;
import dev.thalweg.tensor.Quote;
import dev.thalweg.train.Averaging;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/// Options' values, refused in sentences that name the option.
///
/// @param spec of the command that the options belong to
record Values(CommandSpec spec) {
    private static final Map<String, Averaging> AVERAGINGS =
            Map.of("none", Averaging.NONE, "mirror", Averaging.MIRROR, "six", Averaging.MIRROR_AND_SHIFT);

    ParameterException refuse(String sentence) {
        CommandLine line = spec.commandLine();
        return new ParameterException(line, sentence);
    }

    void require(boolean holds, String option, String wanted, Object got) {
        if (!holds) throw refuse("%s must be %s, got %s".formatted(option, wanted, got));
    }

    /// What `parser` makes of the option's value; its complaint becomes the option's.
    <T> T parse(String option, String value, Function<String, T> parser) {
        try {
            return parser.apply(value);
        } catch (IllegalArgumentException e) {
            throw refuse(option + ": " + e.getMessage());
        }
    }

    void atLeast(String option, @Nullable Integer value, int least) {
        if (value != null) require(value >= least, option, "at least " + least, value);
    }

    void within(String option, @Nullable Integer value, int least, int most) {
        if (value != null)
            require(least <= value && value <= most, option, "from %,d to %,d".formatted(least, most), value);
    }

    void threads(@Nullable Integer value) {
        within("--threads", value, 1, PlanOptions.MOST_THREADS);
    }

    void port(String option, @Nullable Integer value) {
        if (value != null) require(0 <= value && value <= 65535, option, "a port, 0 to 65535", value);
    }

    void positive(String option, @Nullable Double value) {
        if (value != null) require(0 < value && value < Double.POSITIVE_INFINITY, option, "above 0", Text.plain(value));
    }

    /// In [0, 1).
    void share(String option, @Nullable Double value) {
        if (value != null) require(0 <= value && value < 1, option, "in [0, 1)", Text.plain(value));
    }

    Precision precision(String value) {
        return switch (value) {
            case "auto" -> Precision.AUTO;
            case "fp32" -> Precision.FP32;
            case "bf16" -> Precision.BF16;
            default ->
                throw refuse("--precision: " + Nearest.unknown("precision", value, List.of("auto", "fp32", "bf16")));
        };
    }

    Averaging averaging(String option, String value) {
        var found = AVERAGINGS.get(value);
        if (found == null)
            throw refuse(option + ": " + Nearest.unknown("averaging", value, List.of("none", "mirror", "six")));
        return found;
    }

    static String name(Averaging averaging) {
        return AVERAGINGS.entrySet().stream()
                .filter(entry -> entry.getValue() == averaging)
                .findFirst()
                .orElseThrow()
                .getKey();
    }

    /// `64` or `HEIGHTxWIDTH`.
    Dimensions size(String value) {
        if (!value.matches("[1-9]\\d{0,4}(?:[x×][1-9]\\d{0,4})?"))
            throw refuse("--size must be a number of pixels, 1 to 99,999, or HEIGHTxWIDTH, such as 64 or 64x48, got %s"
                    .formatted(Quote.of(value)));
        String[] sides = value.split("[x×]");
        int height = Integer.parseInt(sides[0]);
        return new Dimensions(sides.length > 1 ? Integer.parseInt(sides[1]) : height, height);
    }
}
