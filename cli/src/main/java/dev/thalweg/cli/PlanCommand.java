package dev.thalweg.cli;

import dev.thalweg.nn.Model;
import dev.thalweg.nn.Network;
import dev.thalweg.nn.architectures.Architectures;
import dev.thalweg.picture.Dimensions;
import dev.thalweg.step.ActivationLayout;
import dev.thalweg.step.MemoryBudget;
import dev.thalweg.step.Plan;
import dev.thalweg.step.PlanOptions;
import dev.thalweg.step.PlanStep;
import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Shape;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `plan`: where a step's time and memory go.
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        abbreviateSynopsis = true,
        sortOptions = false,
        description = {
            "Shows the static plan that a network is compiled into: what memory it needs, then each kernel with its"
                    + " implementation, shapes, bytes, floating-point operations and milliseconds.",
            "",
            "The memory is known before any is taken. A plan that does not fit is refused, here as in training.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./thalweg plan --model resnet18 --batch 32",
            "  ./thalweg plan --model resnet20 --batch 128 --precision fp32 --all",
            "  ./thalweg plan --model mobilenet-v2 --inference --batch 1 --size 160",
            "  ./thalweg plan --model vgg16-bn --batch 512 --no-profile"
        })
final class PlanCommand implements Callable<Integer> {
    /// Rows of the table unless all are asked for.
    private static final int ROWS = 24;
    /// A plan is timed for so many runs, or so many seconds if they take longer.
    private static final int RUNS = 10;

    private static final double SECONDS = 5;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli does
    private CommandSpec spec;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = "The network; ./thalweg models lists them.",
            required = true)
    private String model = "";

    @Option(names = "--batch", paramLabel = "N", description = "Examples at once. Default: 32.")
    private int batch = 32;

    @Option(names = "--training", negatable = true, description = "Plan forward and backward passes. The default.")
    private @Nullable Boolean training;

    @Option(names = "--inference", description = "Plan a forward pass alone, batch normalization folded in.")
    private boolean inference;

    @Option(
            names = "--size",
            paramLabel = "HxW",
            description = "Size of the input. Default: what the network was made for.")
    private @Nullable String size;

    @Option(names = "--channels", paramLabel = "N", description = "1 or 3. Default: what the network was made for.")
    private @Nullable Integer channels;

    @Option(names = "--classes", paramLabel = "N", description = "Default: what the network was made for.")
    private @Nullable Integer classes;

    @Option(names = "--precision", paramLabel = "P", description = "auto, fp32 or bf16. Default: auto.")
    private String precision = "auto";

    @Option(names = "--threads", paramLabel = "N", description = "Default: all processors.")
    private @Nullable Integer threads;

    @Option(
            names = "--profile",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Run the plan some times for the milliseconds. The default; --no-profile takes no memory.")
    private boolean profile = true;

    @Option(names = "--all", description = "Each kernel in the order of running, instead of like ones together.")
    private boolean all;

    @Override
    public Integer call() {
        var values = new Values(spec);
        values.atLeast("--batch", batch, 1);
        values.threads(threads);
        values.atLeast("--classes", classes, 1);
        if (channels != null) values.require(channels == 1 || channels == 3, "--channels", "1 or 3", channels);
        if (inference && Boolean.TRUE.equals(training))
            throw values.refuse("--training and --inference exclude one another");
        var network = network(values);
        boolean trains = !inference && !Boolean.FALSE.equals(training);
        var options = (trains ? PlanOptions.training(batch) : PlanOptions.evaluation(batch))
                .precision(values.precision(precision))
                .frozen(network.frozen())
                .threads(threads == null ? PlanOptions.defaultThreads() : threads);
        show(network, options);
        return Exit.DONE;
    }

    private Network network(Values values) {
        Shape made = values.parse("--model", model, Architectures::defaultInput);
        Dimensions input = size == null ? new Dimensions(made.width(), made.height()) : values.size(size);
        return Architectures.create(
                model,
                Shape.of(channels == null ? made.channels() : channels, input.height(), input.width()),
                classes == null ? Architectures.defaultClasses(model) : classes);
    }

    private void show(Network network, PlanOptions options) {
        PrintWriter out = spec.commandLine().getOut();
        try (var arena = Arena.ofShared()) {
            var values = profile
                    ? Model.initialise(network, 0, arena)
                    : new Model(
                            network,
                            FlatVector.allocate(network.parameters().length(), arena),
                            FlatVector.allocate(network.statistics().length(), arena));
            List<PlanStep> steps;
            try (var outline = Plan.outline(values, options)) {
                header(out, outline);
                refuseIfTooLarge(network, outline, memory(out, outline));
                steps = outline.steps();
            }
            if (profile) {
                try (var plan = Plan.compile(values, options)) {
                    steps = timed(plan);
                }
            }
            out.println();
            table(out, steps);
            out.flush();
        }
    }

    private static void header(PrintWriter out, Plan plan) {
        var network = plan.network();
        var options = plan.options();
        out.printf(
                "%s, %s, batch %d, %s, %s, %d %s, input %s, %,d classes%n",
                network.name(),
                options.training() ? "training" : "inference",
                options.batch(),
                plan.precision().name().toLowerCase(Locale.ROOT),
                plan.layout() == ActivationLayout.BLOCKED ? "blocks of 16 channels" : "channels-last",
                options.threads(),
                options.threads() == 1 ? "thread" : "threads",
                network.input(),
                network.classes());
        out.printf(
                "%,d parameters; %.1f million multiply-adds an example%n%n",
                network.parameters().length(), network.multiplyAdds() / 1e6);
    }

    /// Prints the memory that the plan needs, and returns it.
    private static long memory(PrintWriter out, Plan plan) {
        var network = plan.network();
        long parameters = 4 * network.parameters().length();
        long statistics = 4 * network.statistics().length();
        long total = plan.arenaBytes() + parameters + statistics;
        out.println("memory");
        need(
                out,
                "activations, working copies, scratch",
                plan.arenaBytes(),
                " (%s without reuse)".formatted(Text.bytes(plan.bytesWithoutReuse())));
        need(out, "parameters and running statistics", parameters + statistics, "");
        if (plan.options().training()) {
            need(out, "gradient", parameters, "");
            need(out, "optimizer, for each vector it keeps", parameters, " (momentum keeps one)");
            total += 2 * parameters;
        }
        long available = MemoryBudget.available();
        need(
                out,
                "in all",
                total,
                available == Long.MAX_VALUE ? "" : " of %s available".formatted(Text.bytes(available)));
        out.flush();
        return total;
    }

    private static void need(PrintWriter out, String what, long bytes, String remark) {
        out.printf("  %-37s %10s%s%n", what, Text.bytes(bytes), remark);
    }

    private static void refuseIfTooLarge(Network network, Plan plan, long needed) {
        long available = MemoryBudget.available();
        if (needed <= available) return;
        long fixed = needed - plan.arenaBytes();
        int fits = (int) Math.max(1, (double) plan.options().batch() * (available - fixed) / plan.arenaBytes());
        throw new IllegalArgumentException(
                "%s at batch %d needs %s, but %s are available; try a batch of %d or smaller pictures"
                        .formatted(
                                network.name(),
                                plan.options().batch(),
                                Text.bytes(needed),
                                Text.bytes(available),
                                Math.max(1, Integer.highestOneBit(fits))));
    }

    private static List<PlanStep> timed(Plan plan) {
        once(plan); // the first run is slower
        plan.profile(true);
        long begin = System.nanoTime();
        for (int i = 0; i < RUNS && (System.nanoTime() - begin) * 1e-9 < SECONDS; i++) once(plan);
        return plan.steps();
    }

    private static void once(Plan plan) {
        plan.forward(0);
        if (plan.options().training()) plan.backward();
    }

    /// Kernels that differ in the layer alone.
    private record Row(String phase, String kind, String implementation, String shapes, String layer) {
        static Row of(PlanStep step, boolean layers) {
            return new Row(step.phase(), step.kind(), step.implementation(), step.shapes(), layers ? step.layer() : "");
        }
    }

    private static final class Sum {
        int count;
        long bytes;
        double flops;
        double milliseconds;

        void add(PlanStep step) {
            count++;
            bytes += step.bytes();
            flops += step.flops();
            milliseconds += step.milliseconds();
        }

        void add(Sum other) {
            count += other.count;
            bytes += other.bytes;
            flops += other.flops;
            milliseconds += other.milliseconds;
        }

        double cost() {
            return milliseconds > 0 ? milliseconds : flops;
        }
    }

    private void table(PrintWriter out, List<PlanStep> steps) {
        var sums = new LinkedHashMap<Row, Sum>();
        var total = new Sum();
        int index = 0;
        for (var step : steps) {
            // Each kernel stands for itself where all are asked for.
            var row = Row.of(step, all);
            if (all) row = new Row(row.phase, row.kind, row.implementation, row.shapes, row.layer + "\0" + index++);
            sums.computeIfAbsent(row, r -> new Sum()).add(step);
            total.add(step);
        }
        var rows = new ArrayList<>(sums.entrySet());
        if (!all) rows.sort(Comparator.comparingDouble(e -> -e.getValue().cost()));
        int shown = all ? rows.size() : Math.min(ROWS, rows.size());
        int kind = width("primitive", rows.stream().map(e -> e.getKey().kind).toList());
        int implementation = width(
                "implementation",
                rows.stream().map(e -> e.getKey().implementation).toList());
        String format = "%-8s  %-" + kind + "s  %-" + implementation + "s %5s %10s %9s %9s %8s %6s  %s%n";
        out.printf(
                format,
                "phase",
                "primitive",
                "implementation",
                all ? "" : "times",
                "bytes",
                "GFLOP",
                "ms",
                "GFLOP/s",
                "share",
                all ? "layer: shapes" : "shapes");
        for (var entry : rows.subList(0, shown)) {
            var r = entry.getKey();
            String layer = all ? r.layer.substring(0, r.layer.indexOf('\0')) + ": " : "";
            line(out, format, r.phase, r.kind, r.implementation, entry.getValue(), total, layer + r.shapes);
        }
        if (shown < rows.size()) {
            var rest = new Sum();
            for (var entry : rows.subList(shown, rows.size())) rest.add(entry.getValue());
            line(
                    out,
                    format,
                    "…",
                    "%d more kinds".formatted(rows.size() - shown),
                    "",
                    rest,
                    total,
                    "--all shows every kernel");
        }
        line(out, format, "in all", "", "", total, total, "");
        if (total.milliseconds > 0)
            out.printf(
                    "%n%.1f ms: %s images/s at the most%n",
                    total.milliseconds, Text.rate(batch * 1e3 / total.milliseconds));
    }

    private void line(
            PrintWriter out,
            String format,
            String phase,
            String kind,
            String implementation,
            Sum sum,
            Sum total,
            String end) {
        boolean timed = total.milliseconds > 0;
        out.printf(
                format,
                phase,
                kind,
                implementation,
                all ? "" : sum.count,
                Text.bytes(sum.bytes),
                sum.flops == 0 ? "" : "%.3f".formatted(sum.flops / 1e9),
                timed ? "%.3f".formatted(sum.milliseconds) : "",
                timed && sum.flops > 0 ? "%.0f".formatted(sum.flops / 1e6 / sum.milliseconds) : "",
                total.cost() == 0 ? "" : "%.1f %%".formatted(100 * sum.cost() / total.cost()),
                end);
    }

    private static int width(String title, List<String> texts) {
        return Math.max(
                title.length(), texts.stream().mapToInt(String::length).max().orElse(0));
    }
}
