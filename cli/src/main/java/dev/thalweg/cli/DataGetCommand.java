package dev.thalweg.cli;

import dev.thalweg.data.catalog.Catalogue;
import dev.thalweg.data.catalog.CatalogueEntry;
import dev.thalweg.data.catalog.DownloadListener;
import dev.thalweg.data.catalog.DownloadStopped;
import dev.thalweg.data.catalog.Fetcher;
import dev.thalweg.tensor.Quote;
import dev.thalweg.tensor.ShellWord;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `data get`: brings a published data set here.
@Command(
        name = "get",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Fetches a published data set; without NAME, lists what can be fetched.",
            "",
            "Shows its terms and size, fetches its files and checks them against the checksums that their publishers"
                    + " or well-known libraries state. Ctrl-C or a broken connection does no harm: the same command"
                    + " goes on. Nothing else in Thalweg ever downloads anything.",
            "",
            "http_proxy, https_proxy and no_proxy are respected; THALWEG_OFFLINE=1 forbids downloads.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./thalweg data get              what can be fetched",
            "  ./thalweg data get cifar10      then, anywhere: ./thalweg train cifar10",
            "  ./thalweg data get flowers102 --to pictures/"
        })
final class DataGetCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli does
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "The data set, as the list names it.")
    private @Nullable String name;

    @Option(
            names = "--to",
            paramLabel = "FOLDER",
            description = "Make the data set's folder in this one. Default: ~/.cache/thalweg/data"
                    + " ($$XDG_CACHE_HOME), where train finds it by its name.")
    private @Nullable Path to;

    @Option(names = "--offline", description = "Do not download; only say whether it is here.")
    private boolean offline;

    @Override
    public Integer call() throws IOException {
        var catalogue = Catalogue.shipped();
        Path parent = to != null ? to : Catalogue.defaultFolder();
        PrintWriter out = spec.commandLine().getOut();
        if (name == null) {
            list(catalogue, parent, out);
            return Exit.DONE;
        }
        var entry = entry(catalogue, name);
        if (Catalogue.isIn(parent, entry)) out.println(entry.title() + " is here already.");
        else if (!fetch(entry, parent, out)) return Exit.STOPPED;
        Path folder = Catalogue.folder(parent, entry);
        out.printf("%-16s %s%n", "folder", Quote.line(folder.toString()));
        out.printf("%-16s ./thalweg train %s%n", "to train on it", ShellWord.of(folder.toString()));
        out.flush();
        return Exit.DONE;
    }

    private CatalogueEntry entry(Catalogue catalogue, String name) {
        try {
            return catalogue.get(name);
        } catch (IllegalArgumentException e) {
            throw new Values(spec).refuse(String.valueOf(e.getMessage()));
        }
    }

    private static void list(Catalogue catalogue, Path parent, PrintWriter out) throws IOException {
        int widest = catalogue.entries().stream()
                .mapToInt(entry -> entry.name().length())
                .max()
                .orElse(0);
        for (var entry : catalogue.entries())
            out.printf(
                    "%-" + widest + "s %9s  %s%s%n",
                    entry.name(),
                    Text.bytes(entry.bytes()),
                    entry.pictures(),
                    Catalogue.isIn(parent, entry) ? "  (here)" : "");
        out.println();
        out.println("./thalweg data get NAME shows the terms of one and fetches it.");
        out.flush();
    }

    /// Shows the terms and fetches.
    ///
    /// @return whether all has come, and the user has not stopped it
    private boolean fetch(CatalogueEntry entry, Path parent, PrintWriter out) throws IOException {
        boolean allowed = !offline && !Fetcher.offlineByEnvironment();
        if (allowed) describe(entry, out);
        var progress = new ProgressLine(spec.commandLine().getErr(), Text::bytes);
        var stopped = new AtomicBoolean();
        try (var signals = new Signals(() -> stopped.set(true))) {
            new Fetcher(parent, !allowed, stopped::get, new Shown(progress)).fetch(entry);
            return true;
        } catch (DownloadStopped e) {
            progress.say("Stopped. What has come so far is kept; the same command goes on.");
            return false;
        } finally {
            progress.clear();
        }
    }

    private static void describe(CatalogueEntry entry, PrintWriter out) {
        out.println(entry.title() + ": " + entry.pictures());
        out.printf("%-16s %s%n", "licence", entry.licence());
        out.printf("%-16s %s%n", "terms", entry.terms());
        out.printf("%-16s %s%n", "to be cited", entry.citation());
        out.printf("%-16s %s%n", "to be fetched", Text.bytes(entry.bytes()));
        out.printf("%-16s %s%n", "checksums", entry.checksumsFrom());
        out.flush();
    }

    /// What goes on, on a line.
    private static final class Shown implements DownloadListener {
        private final ProgressLine line;
        private String current = "";

        Shown(ProgressLine line) {
            this.line = line;
        }

        @Override
        public void begins(Work work, String file) {
            current = switch (work) {
                        case FETCHING -> "fetching ";
                        case CHECKING -> "checking ";
                        case PACKING -> "packing ";
                    }
                    + file;
            line.begin(current, 0);
        }

        @Override
        public void comes(URI url, long have) {
            line.say("%s from %s%s"
                    .formatted(current, url.getHost(), have == 0 ? "" : ", going on after " + Text.bytes(have)));
            line.begin(current, have);
        }

        @Override
        public void at(Work work, String file, long bytes, long of) {
            line.at(bytes, of);
        }

        @Override
        public void note(String sentence) {
            line.say(sentence);
        }
    }
}
