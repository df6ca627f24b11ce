package dev.thalweg.cli;

import dev.thalweg.train.Setting;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// `--set`, for the commands that settle a recipe.
final class SetOption {
    @Option(
            names = "--set",
            paramLabel = "PATH=VALUE",
            description = "Set one value of the recipe, after everything else: training.epochs=5,"
                    + " optimization.schedule=cosine, optimization.groups[0].frozen=true, or JSON. May be repeated;"
                    + " ./thalweg recipe show --explain lists the paths.")
    @Nullable
    List<String> set;

    /// What was set; says so where another name stood for the right one.
    List<Setting> settings(Values values) {
        var settings = new ArrayList<Setting>();
        for (String text : set == null ? List.<String>of() : set) {
            var setting = values.parse("--set", text, Setting::parse);
            setting.alias()
                    .ifPresent(alias -> values.spec()
                            .commandLine()
                            .getErr()
                            .printf("--set: %s is taken as %s%n", alias, setting.path()));
            settings.add(setting);
        }
        return settings;
    }
}
