package dev.thalweg.cli;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// A command's help in which options of a class with a [Heading] stand below it, after all others.
///
/// Picocli's own groups would do the same, but each time that an option of one is met, they write down the group's
/// synopsis once or more for each of its options, for a log that nobody reads; and what an option of a group was
/// stays when the same command line is parsed again.
final class SectionedHelp extends Help {
    SectionedHelp(CommandSpec spec, ColorScheme colours) {
        super(spec, colours);
    }

    @Override
    public String optionList() {
        var plain = new ArrayList<OptionSpec>();
        var sections = new LinkedHashMap<String, List<OptionSpec>>();
        for (var option : commandSpec().options()) {
            if (option.hidden()) continue;
            var heading = option.userObject() instanceof Field field
                    ? field.getDeclaringClass().getAnnotation(Heading.class)
                    : null;
            (heading == null ? plain : sections.computeIfAbsent(heading.value(), h -> new ArrayList<>())).add(option);
        }
        var text = new StringBuilder(optionListExcludingGroups(plain));
        sections.forEach((heading, options) ->
                text.append(createHeading("%n" + heading + "%n")).append(optionListExcludingGroups(options)));
        return text.toString();
    }
}
