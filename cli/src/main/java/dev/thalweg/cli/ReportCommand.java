package dev.thalweg.cli;

import dev.thalweg.compare.Standings;
import dev.thalweg.report.ContestReport;
import dev.thalweg.report.RunComparison;
import dev.thalweg.report.RunReport;
import dev.thalweg.tensor.Quote;
import dev.thalweg.train.RunFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `report`: runs as a page.
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        abbreviateSynopsis = true,
        sortOptions = false,
        description = {
            "Writes a page that shows a run, or that compares several.",
            "",
            "train leaves one in each run's folder; this makes it anew from the folder's files, also while the run goes"
                    + " on. The page is one HTML file with everything in it, which asks the network for nothing.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./thalweg report runs/photos-resnet18-1           into its folder, as report.html",
            "  ./thalweg report runs/* --out compared.html       their curves, numbers and recipes on one page"
        })
final class ReportCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli does
    private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "RUN", description = "Folders of runs; or one that compare has made.")
    private List<Path> runs = List.of();

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description =
                    "The page. Default: RUN/report.html for one run, comparison.html here for several, compare.html"
                            + " in a comparison's folder.")
    private @Nullable Path out;

    @Override
    public Integer call() throws IOException {
        var folders = runs.stream().map(RunFolder::new).toList();
        Path file = out;
        if (folders.size() == 1 && Standings.in(runs.getFirst())) {
            if (file == null) file = runs.getFirst().resolve(ContestReport.FILE);
            new ContestReport(Standings.read(runs.getFirst())).write(file);
        } else if (folders.size() == 1) {
            if (file == null) file = folders.getFirst().report();
            new RunReport(folders.getFirst()).write(file);
        } else {
            if (file == null) file = Path.of("comparison.html");
            new RunComparison(folders).write(file);
        }
        PrintWriter printer = spec.commandLine().getOut();
        printer.println(Quote.line(file.toString()));
        printer.flush();
        return Exit.DONE;
    }
}
