package dev.thalweg.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `doctor`: whether everything is there, and how fast the machine is.
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Looks at all that Thalweg needs of this machine and says what to do about what is amiss: Java, the kernels,"
                    + " what the processor does a second, memory, limits, disks, the environment. Takes about three"
                    + " seconds.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:everything works, perhaps not as well as it could", "1:something will not work"},
        footerHeading = "%nExamples:%n",
        footer = {"  ./thalweg doctor", "  ./thalweg doctor --json > machine.json"})
final class DoctorCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli does
    private CommandSpec spec;

    @Option(names = "--json", description = "As JSON: a list of checks with level, name, text and advice.")
    private boolean json;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Consumer<Check> show = json ? check -> {} : check -> print(out, check);
        var checks = new Doctor(show).examine();
        if (json)
            out.println(JsonText.of(checks.stream().map(DoctorCommand::asJson).toList()));
        else verdict(out, checks);
        out.flush();
        return count(checks, Check.Level.FAIL) == 0 ? Exit.DONE : Exit.FAILED;
    }

    private static void print(PrintWriter out, Check check) {
        out.printf("%-4s  %-12s %s%n", level(check), check.name(), check.text());
        if (!check.advice().isEmpty()) out.printf("%-4s  %-12s → %s%n", "", "", check.advice());
        out.flush();
    }

    private static void verdict(PrintWriter out, List<Check> checks) {
        long failures = count(checks, Check.Level.FAIL);
        long warnings = count(checks, Check.Level.WARN);
        out.println();
        if (failures > 0) out.println(Text.counted(failures, "thing") + " will not work; see fail above.");
        else if (warnings > 0)
            out.println("Everything works; " + Text.counted(warnings, "thing") + " could be better.");
        else out.println("Everything is well.");
    }

    private static long count(List<Check> checks, Check.Level level) {
        return checks.stream().filter(check -> check.level() == level).count();
    }

    private static String level(Check check) {
        return check.level().name().toLowerCase(Locale.ROOT);
    }

    private static Object asJson(Check check) {
        var fields = new LinkedHashMap<String, String>();
        fields.put("level", level(check));
        fields.put("name", check.name());
        fields.put("text", check.text());
        fields.put("advice", check.advice());
        return fields;
    }
}
