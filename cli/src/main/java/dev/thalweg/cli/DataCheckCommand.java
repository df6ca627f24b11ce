package dev.thalweg.cli;

import dev.thalweg.data.SplitOptions;
import dev.thalweg.data.check.CheckReport;
import dev.thalweg.data.check.DataCheck;
import dev.thalweg.data.check.Severity;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `data check`: what is wrong with data, before it is trained on.
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Looks through all pictures of DATA and says what is wrong with them, and how to mend it.",
            "",
            "Files that cannot be read, the same picture in training and test or under two labels, near-duplicates,"
                    + " uneven or missing classes, blank and tiny pictures, and what was left out. Of data that cannot be"
                    + " opened it shows what is expected and what is there.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"  0:no errors", "  1:errors; with --strict also warnings"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./thalweg data check photos/",
            "  ./thalweg data check photos.zip --all",
            "  ./thalweg data check photos/ --json | jq '.findings[] | .sentence'"
        })
final class DataCheckCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli does
    private CommandSpec spec;

    @Parameters(paramLabel = "DATA", description = "As for train: a folder, an archive, a table, shapes[:COUNT] …")
    private String data = "";

    @Option(names = "--all", description = "Name all files of each finding, not the first few.")
    private boolean all;

    @Option(names = "--strict", description = "Warnings count as errors for the exit status.")
    private boolean strict;

    @Option(
            names = "--json",
            description =
                    "Print all of it as JSON: summary, and findings with id, severity, sentence, mend and groups of"
                            + " files, each with part, class, name, file and detail.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        var progress = new ProgressLine(spec.commandLine().getErr(), "%,d"::formatted);
        progress.begin("looking at pictures", 0);
        CheckReport report;
        try {
            report = DataCheck.of(PublishedData.locate(data), SplitOptions.DEFAULT, progress::at);
        } finally {
            progress.clear();
        }
        if (json) out.println(JsonText.of(report));
        else new CheckText(out, all).print(report);
        out.flush();
        boolean failed = report.count(Severity.ERROR) > 0 || strict && report.count(Severity.WARNING) > 0;
        return failed ? Exit.FAILED : Exit.DONE;
    }
}
