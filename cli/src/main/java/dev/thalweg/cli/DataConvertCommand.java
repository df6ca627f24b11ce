package dev.thalweg.cli;

import dev.thalweg.data.DataSet;
import dev.thalweg.data.DataSets;
import dev.thalweg.data.PictureFileWriter;
import dev.thalweg.data.PictureFileWriter.Options;
import dev.thalweg.data.PictureFileWriter.Resizing;
import dev.thalweg.data.PictureFileWriter.Written;
import dev.thalweg.data.SplitOptions;
import dev.thalweg.picture.Dimensions;
import dev.thalweg.tensor.Quote;
import dev.thalweg.tensor.ShellWord;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `data convert`: decodes once what each epoch would decode again.
@Command(
        name = "convert",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        abbreviateSynopsis = true,
        sortOptions = false,
        description = {
            "Decodes DATA once, into one file that train maps into memory: for runs that are loader-bound.",
            "",
            "The file is safetensors, with train.images, train.labels and so on; PictureFile's documentation states"
                    + " it, and Python reads it with safetensors.numpy. All its pictures have one size. If they have"
                    + " one already they are kept as they are, and training gives the same bits as before. Otherwise"
                    + " they become 256×256, or --size.",
            "",
            "Choose a size larger than the network's: photographs of 256 for a network of 224 leave the margin that"
                    + " tests cut off and that random crops move in. Crops that enlarge small parts of a picture see"
                    + " less detail than the original had; for these take a larger size.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./thalweg data convert photos/ --out photos.safetensors",
            "  ./thalweg data convert photos/ --size 160 --out photos-160.safetensors",
            "  ./thalweg train photos-160.safetensors --size 128"
        })
final class DataConvertCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli does
    private CommandSpec spec;

    @Parameters(paramLabel = "DATA", description = "As for train.")
    private String data = "";

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "The new file, a .safetensors.")
    private Path file = Path.of("");

    @Option(
            names = "--size",
            paramLabel = "PIXELS",
            description = "Size of all pictures: one number for both sides, or HEIGHTxWIDTH. Default: the size that"
                    + " all have, else 256.")
    private @Nullable String size;

    @Option(
            names = "--crop",
            description = "Resize each picture until it covers the size, and cut out the middle. The default.")
    private boolean crop;

    @Option(names = "--fit", description = "Squeeze the whole of each picture into the size.")
    private boolean fit;

    @Option(
            names = "--parts",
            split = ",",
            paramLabel = "PART",
            description = "Which of train, validation and test. Default: all there are. If DATA has no test part, one"
                    + " is split off now, as train would do.")
    private List<String> parts = List.of("train", "validation", "test");

    @Option(names = "--skip-unreadable", description = "Leave out pictures that cannot be read, and say which.")
    private boolean skipUnreadable;

    @Option(names = "--threads", paramLabel = "N", description = "Threads that decode. Default: all processors.")
    private @Nullable Integer threads;

    @Override
    public Integer call() throws IOException {
        var values = new Values(spec);
        values.threads(threads);
        values.require(!(crop && fit), "--crop", "without --fit", "both");
        Dimensions wanted = size == null ? null : values.size(size);
        values.require(
                file.toString().endsWith(".safetensors"),
                "--out",
                "a name that ends in .safetensors",
                "'" + file + "'");
        if (Files.exists(file)) throw values.refuse("--out: there is a file %s already".formatted(file));
        int hands = threads != null ? threads : Runtime.getRuntime().availableProcessors();
        var options = values.parse(
                "--parts",
                String.join(",", parts),
                list -> new Options(wanted, fit ? Resizing.FIT : Resizing.CROP, List.of(list.split(",", -1)), hands));
        var progress = new ProgressLine(spec.commandLine().getErr(), "%,d"::formatted);
        var stopped = new AtomicBoolean();
        try (var set = open();
                var signals = new Signals(() -> stopped.set(true))) {
            spec.commandLine().getOut().println(Quote.line(set.toString()));
            progress.begin("converting", 0);
            var written = PictureFileWriter.write(set, file, options, stopped::get, progress::at);
            progress.clear();
            describe(written);
            return Exit.DONE;
        } catch (CancellationException e) {
            progress.say("Stopped; nothing was written.");
            return Exit.STOPPED;
        } finally {
            progress.clear();
        }
    }

    private DataSet open() throws IOException {
        var set = DataSets.open(PublishedData.locate(data), SplitOptions.DEFAULT);
        return skipUnreadable ? ReadableData.of(set, spec.commandLine().getErr()) : set;
    }

    private void describe(Written written) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                "%-16s %,d of %s pixels, %s, %s%n",
                "pictures",
                written.pictures(),
                written.size(),
                written.channels() == 1 ? "grey" : "colour",
                !written.resized() ? "as they were" : fit ? "squeezed into that" : "cut to that");
        out.printf("%-16s %s, %s%n", "file", Quote.line(file.toString()), Text.bytes(Files.size(file)));
        out.printf("%-16s ./thalweg train %s%n", "to train on it", ShellWord.of(file.toString()));
        out.flush();
    }
}
