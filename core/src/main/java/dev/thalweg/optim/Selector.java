package dev.thalweg.optim;

import dev.thalweg.tensor.Layout;
import dev.thalweg.tensor.Parameter;
import dev.thalweg.tensor.Require;
import dev.thalweg.tensor.Role;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Chooses parameters.
public sealed interface Selector {

    boolean selects(Parameter parameter);

    /// Every parameter.
    record Everything() implements Selector {
        @Override
        public boolean selects(Parameter parameter) {
            return true;
        }

        @Override
        public String toString() {
            return "everything";
        }
    }

    /// Those of any of these roles.
    record ByRole(List<Role> roles) implements Selector {
        public ByRole {
            Require.that(!roles.isEmpty(), "Selector.ByRole.roles must name at least one role");
            roles = List.copyOf(roles);
        }

        public ByRole(Role... roles) {
            this(Arrays.asList(roles));
        }

        @Override
        public boolean selects(Parameter parameter) {
            return roles.contains(parameter.role());
        }

        @Override
        public String toString() {
            return roles.stream().map(Role::name).collect(Collectors.joining(" or "));
        }
    }

    /// Those whose whole name fits any of these patterns: `*` stands for any characters, dots
    /// included, `?` for one, and everything else for itself. `layer4.*` selects
    /// `layer4.0.conv1.weight`.
    record ByName(List<String> patterns) implements Selector {
        public ByName {
            Require.that(!patterns.isEmpty(), "Selector.ByName.patterns must hold at least one pattern");
            patterns = List.copyOf(patterns);
        }

        public ByName(String... patterns) {
            this(Arrays.asList(patterns));
        }

        @Override
        public boolean selects(Parameter parameter) {
            return patterns.stream().anyMatch(pattern -> fits(parameter.name(), pattern));
        }

        static boolean fits(String name, String pattern) {
            var regex = Pattern.quote(pattern).replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q");
            return name.matches(regex);
        }

        /// Refuses patterns that no parameter's name fits.
        void refuseMisspelt(Layout layout) {
            for (var pattern : patterns)
                Require.that(
                        layout.parameters().stream().anyMatch(p -> fits(p.name(), pattern)),
                        "no parameter is named like '%s'; there are %s",
                        pattern,
                        some(layout));
        }

        private static String some(Layout layout) {
            var names = layout.parameters().stream().map(Parameter::name).toList();
            return names.size() <= 8
                    ? String.join(", ", names)
                    : String.join(", ", names.subList(0, 4)) + ", …, "
                            + String.join(", ", names.subList(names.size() - 3, names.size()));
        }

        @Override
        public String toString() {
            return patterns.stream().map(p -> "'" + p + "'").collect(Collectors.joining(" or "));
        }
    }
}
