package dev.thalweg.cli;

import dev.thalweg.report.live.Live;
import dev.thalweg.report.live.Watch;
import dev.thalweg.train.RunFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.BindException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `watch`: the page of a run that another process trains.
@Command(
        name = "watch",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        abbreviateSynopsis = true,
        sortOptions = false,
        description = {
            "Serves the page of a run, which follows its files while another process trains it.",
            "",
            "Only browsers on this machine are answered. The page says when the run ends, or when its process died."
                    + " Ctrl-C ends the server; the run does not notice. train --live serves the same page itself, by the"
                    + " second instead of every few.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./thalweg watch runs/photos-resnet18-1",
            "  ssh -L 8077:127.0.0.1:8077 MACHINE   to see a run there at http://localhost:8077/"
        })
final class WatchCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli does
    private CommandSpec spec;

    @Parameters(paramLabel = "RUN", description = "The run's folder.")
    @SuppressWarnings("NullAway.Init")
    private Path run;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Where to serve it. Default: " + Live.PORT + ", or any that is free.")
    private @Nullable Integer port;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var values = new Values(spec);
        values.port("--port", port);
        PrintWriter out = spec.commandLine().getOut();
        var ended = new CountDownLatch(1);
        try (var watch = open(values);
                var signals = new Signals(ended::countDown)) {
            out.println("Live at " + watch.address());
            out.flush();
            ended.await();
        }
        return Exit.DONE;
    }

    private Watch open(Values values) throws IOException {
        var folder = new RunFolder(run);
        if (port == null) return Watch.anywhere(folder);
        try {
            return Watch.at(port, folder);
        } catch (BindException e) {
            throw values.refuse("--port: %s is taken; choose another one".formatted(port));
        }
    }
}
