package dev.thalweg.cli;

import dev.thalweg.data.DataSet;
import dev.thalweg.data.DataSets;
import dev.thalweg.data.Examples;
import dev.thalweg.data.SplitOptions;
import dev.thalweg.report.Gallery;
import dev.thalweg.tensor.Nearest;
import dev.thalweg.tensor.Quote;
import dev.thalweg.train.Defaults;
import dev.thalweg.train.Recipe;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `data show`: what the pictures look like, as they are and as training shows them to the network.
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        abbreviateSynopsis = true,
        sortOptions = false,
        description = {
            "Draws some pictures of each class of DATA: a page to open in a browser, and the same as a PNG picture.",
            "",
            "With --augment, each picture as it is, as tests show it to the network, and as the first epochs of a run"
                    + " with the same seed do.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./thalweg data show photos/              contact-sheet.html and .png",
            "  ./thalweg data show photos/ --augment    as train does by default",
            "  ./thalweg data show photos/ --augment resized-crop:0.25,flip --per-class 4",
            "  ./thalweg data show cifar100 --class apple,baby --part test --out apples"
        })
final class DataShowCommand implements Callable<Integer> {
    /// Classes that are shown unless some are asked for.
    private static final int CLASSES = 24;
    private static final int PER_CLASS = 8;
    private static final int AUGMENTED_PER_CLASS = 2;
    private static final String AUTO = "auto";
    private static final List<String> PARTS = List.of("train", "validation", "test");

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli does
    private CommandSpec spec;

    @Parameters(paramLabel = "DATA", description = "As for train.")
    private String data = "";

    @Option(
            names = "--augment",
            arity = "0..1",
            fallbackValue = AUTO,
            paramLabel = "SPEC",
            description = "Show what augmentation makes of the pictures, such as flip,crop:4: as for train. Without a"
                    + " value, what train does by default with this data.")
    private @Nullable String augment;

    @Option(
            names = "--size",
            paramLabel = "HxW",
            description = "With --augment: size of the network's input in pixels. Default: as train's.")
    private @Nullable String size;

    @Option(names = "--part", paramLabel = "PART", description = "train, validation or test. Default: train.")
    private String part = "train";

    @Option(
            names = "--class",
            paramLabel = "NAME",
            description = "Classes to show, with commas between, or one each time it is given. Default: the first "
                    + CLASSES + ".")
    private List<String> classes = List.of();

    @Option(
            names = "--per-class",
            paramLabel = "N",
            description = "Pictures of each class, chosen at random. Default: " + PER_CLASS + ", " + AUGMENTED_PER_CLASS
                    + " with --augment.")
    private @Nullable Integer perClass;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description =
                    "Of the choice of pictures, and of the run whose augmentation is shown. Default: 0, as train's.")
    private long seed;

    @Option(names = "--out", paramLabel = "NAME", description = "Write NAME.html and NAME.png. Default: contact-sheet.")
    private Path out = Path.of("contact-sheet");

    @Override
    public Integer call() throws IOException {
        var values = new Values(spec);
        values.atLeast("--per-class", perClass, 1);
        if (augment == null && size != null) throw values.refuse("--size needs --augment");
        if (augment != null && !augment.equals(AUTO)) values.parse("--augment", augment, AugmentationSpec::parse);
        try (var set = DataSets.open(PublishedData.locate(data), SplitOptions.DEFAULT)) {
            var sample = new PictureSample(set, part(set, values), shown(set, values), perClass(), seed);
            var gallery = augment == null ? sample.asTheyAre(part) : sample.augmented(recipe(set, values));
            describe(set, gallery);
            return Exit.DONE;
        }
    }

    private int perClass() {
        if (perClass != null) return perClass;
        return augment == null ? PER_CLASS : AUGMENTED_PER_CLASS;
    }

    private Examples part(DataSet set, Values values) {
        var examples = switch (part) {
            case "train" -> set.train();
            case "validation" -> set.validation();
            case "test" -> set.test();
            default -> throw values.refuse("--part: " + Nearest.unknown("part", part, PARTS));
        };
        if (examples.size() == 0)
            throw values.refuse(
                    "--part: expected one with examples, found none in the %s part of %s".formatted(part, set.name()));
        return examples;
    }

    private List<Integer> shown(DataSet set, Values values) {
        if (classes.isEmpty())
            return IntStream.range(0, Math.min(set.classes().size(), CLASSES))
                    .boxed()
                    .toList();
        var numbers = new ArrayList<Integer>();
        for (String given : classes) {
            // A class may have commas in its name.
            String[] names = set.classes().contains(given) ? new String[] {given} : given.split(",");
            for (String name : names) {
                int k = set.classes().indexOf(name);
                if (k < 0) throw values.refuse("--class: " + Nearest.unknown("class", name, set.classes()));
                numbers.add(k);
            }
        }
        return numbers;
    }

    /// What train would do with the data by default, but for what is asked for here.
    private Recipe recipe(DataSet set, Values values) throws IOException {
        var wanted = size == null ? null : values.size(size);
        var recipe = Defaults.forData(data, set, new Defaults.Given(null, wanted, null, null, null));
        if (wanted != null) {
            var net = recipe.network();
            recipe = recipe.withNetwork(new Recipe.Net(net.name(), net.channels(), wanted.height(), wanted.width()));
        }
        return augment == null || augment.equals(AUTO)
                ? recipe
                : recipe.withAugmentation(AugmentationSpec.parse(augment));
    }

    private void describe(DataSet set, Gallery gallery) throws IOException {
        var page = beside(".html");
        var picture = beside(".png");
        gallery.writePage(page);
        boolean headed = gallery.writePicture(picture);
        PrintWriter printer = spec.commandLine().getOut();
        printer.println(Quote.line(set.toString()));
        printer.println(gallery.about());
        int left = set.classes().size() - gallery.sections().size();
        if (left > 0)
            printer.printf(
                    "%,d other %s not shown; --class NAME,… shows any.%n", left, left == 1 ? "class" : "classes");
        if (!headed)
            printer.println("This system has no fonts: the PNG picture has no names of classes, the page has them.");
        printer.println(Quote.line(page.toString()));
        printer.println(Quote.line(picture.toString()));
        printer.flush();
    }

    private Path beside(String ending) {
        String name = String.valueOf(out.getFileName()).replaceFirst("(?i)(?<=.)\\.(html|png)$", "");
        return out.resolveSibling(name + ending);
    }
}
