package dev.thalweg.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Makes Markdown tables of lines of results.
final class Report {
    private Report() {}

    /// Prints the tables of the logs given as arguments.
    static void main(String[] files) throws IOException {
        print(read(Arrays.stream(files).map(Path::of).toList()));
    }

    static List<Result> read(List<Path> logs) throws IOException {
        var results = new ArrayList<Result>();
        for (var log : logs)
            for (String line : Files.readAllLines(log)) Result.parse(line).ifPresent(results::add);
        return results;
    }

    /// What is measured together: the same in every round.
    private record Key(String workload, int batch, String precision, String configuration, boolean contended) {
        static Key of(Result result) {
            return new Key(
                    result.text("workload"),
                    Integer.parseInt(result.text("batch")),
                    result.text("precision"),
                    result.text("configuration"),
                    Boolean.parseBoolean(result.text("contended")));
        }

        /// The same of another library, perhaps in another precision.
        Key of(Library other, String precision) {
            return new Key(workload, batch, precision, other.toString(), contended);
        }

        boolean isOf(Library library) {
            return configuration.equals(library.toString());
        }

        /// Whether the batch is the network's own, for which the goals are.
        boolean ownBatch() {
            return batch == Workload.named(workload).net().batch();
        }

        String label() {
            return workload + (ownBatch() ? "" : ", batch " + batch) + (contended ? ", contended" : "");
        }
    }

    /// The rounds of one key.
    private record Rounds(List<Result> results) {
        List<Double> clean() {
            return results.stream().flatMap(r -> r.numbers("clean").stream()).toList();
        }

        List<Double> dirty() {
            return results.stream().flatMap(r -> r.numbers("dirty").stream()).toList();
        }

        /// Images a second: the median of the clean windows of all rounds, of all if none is clean.
        double rate() {
            return Windows.median(clean().isEmpty() ? dirty() : clean());
        }

        double median(String value) {
            return Windows.median(results.stream().map(r -> r.number(value)).toList());
        }

        /// Operations of an image.
        double flops() {
            return Workload.named(results.getFirst().text("workload")).flops();
        }

        /// `fp32` or `bf16`: what `auto` has settled on, where that is said.
        String settled() {
            var first = results.getFirst();
            String precision = first.has("settled") ? first.text("settled") : first.text("precision");
            return precision.equals("fp32") || precision.equals("Float") ? "fp32" : "bf16";
        }
    }

    static void print(List<Result> results) {
        var machine = last(results, Result.MACHINE);
        var measured = new LinkedHashMap<Key, Rounds>();
        for (var result : results)
            if (result.kind().equals(Result.MEASURED))
                measured.computeIfAbsent(Key.of(result), key -> new Rounds(new ArrayList<>()))
                        .results()
                        .add(result);
        machine.ifPresent(Report::machine);
        UpdateTable.print(results);
        if (measured.isEmpty()) return;
        rates(measured, machine);
        ratios(measured);
        goals(measured);
        others(measured, machine, last(results, Result.LOADER));
    }

    private static Optional<Result> last(List<Result> results, String kind) {
        return results.stream().filter(result -> result.kind().equals(kind)).reduce((first, second) -> second);
    }

    private static void machine(Result machine) {
        row("machine", "");
        row("---", "---");
        machine.values().forEach((key, value) -> row(key.replace('_', ' '), value.replace('_', ' ')));
        System.out.println();
    }

    private static void rates(Map<Key, Rounds> measured, Optional<Result> machine) {
        row(
                "workload",
                "precision",
                "library",
                "images/s",
                "from – to",
                "ms/step",
                "GFLOP/s",
                "of peak",
                "peak MB",
                "first step s",
                "clean of windows");
        row("---", "---", "---", "--:", "--:", "--:", "--:", "--:", "--:", "--:", "--:");
        measured.forEach((key, rounds) -> {
            double gflops = rounds.rate() * rounds.flops() / 1e9;
            var windows = rounds.clean().isEmpty() ? rounds.dirty() : rounds.clean();
            row(
                    key.label(),
                    key.precision,
                    key.configuration,
                    "%,.1f".formatted(rounds.rate()) + (rounds.clean().isEmpty() ? " (not clean)" : ""),
                    "%,.1f – %,.1f".formatted(Collections.min(windows), Collections.max(windows)),
                    "%.2f".formatted(rounds.median("ms_per_step")),
                    "%,.0f".formatted(gflops),
                    machine.filter(facts -> facts.has(rounds.settled() + "_gflops"))
                            .map(facts ->
                                    "%.0f %%".formatted(100 * gflops / facts.number(rounds.settled() + "_gflops")))
                            .orElse(""),
                    "%,.0f".formatted(rounds.median("peak_mb")),
                    "%.2f".formatted(rounds.median("first_step_s")),
                    "%d of %d"
                            .formatted(
                                    rounds.clean().size(),
                                    rounds.clean().size() + rounds.dirty().size()));
        });
        System.out.println();
    }

    /// Ours over each peer's at the same precision; `auto` is compared with the peers' fp32.
    private static void ratios(Map<Key, Rounds> measured) {
        row("workload", "precision", "peer", "images/s, ours : peer's", "peak memory, ours : peer's");
        row("---", "---", "---", "--:", "--:");
        measured.forEach((key, ours) -> {
            if (!key.isOf(Library.THALWEG)) return;
            for (var peer : Library.values()) {
                boolean auto = key.precision.equals("auto");
                var theirs = measured.get(key.of(peer, auto ? "fp32" : key.precision));
                if (theirs == null || peer == Library.THALWEG) continue;
                row(
                        key.label(),
                        auto ? "auto : fp32" : key.precision,
                        peer.toString(),
                        "%.2f".formatted(ours.rate() / theirs.rate()) + (cleanBoth(ours, theirs) ? "" : " (not clean)"),
                        "%.2f".formatted(ours.median("peak_mb") / theirs.median("peak_mb")));
            }
        });
        System.out.println();
    }

    private static boolean cleanBoth(Rounds ours, Rounds theirs) {
        return !ours.clean().isEmpty() && !theirs.clean().isEmpty();
    }

    private static void goals(Map<Key, Rounds> measured) {
        row("goal", "to reach", "measured", "");
        row("---", "--:", "--:", "---");
        for (var goal : Goal.ALL) {
            var key = key(goal.workload(), goal.precision(), goal.contended());
            var ours = measured.get(key);
            var theirs = measured.get(key.of(goal.peer(), goal.against()));
            if (ours == null || theirs == null) continue;
            atLeast(
                    "%s %s : %s %s".formatted(key.label(), goal.precision(), goal.peer(), goal.against()),
                    goal.ratio(),
                    ours.rate() / theirs.rate(),
                    cleanBoth(ours, theirs));
        }
        measured.forEach((key, ours) -> {
            var theirs = measured.get(key.of(Library.LIBTORCH_BEST, key.precision));
            if (theirs == null || !key.isOf(Library.THALWEG) || !key.ownBatch() || key.contended) return;
            atMost(
                    "%s %s: peak memory : libtorch-best".formatted(key.label(), key.precision),
                    Goal.MEMORY,
                    ours.median("peak_mb") / theirs.median("peak_mb"));
        });
        for (String precision : Library.THALWEG.precisions()) {
            var ours = measured.get(key(Net.RESNET20.toString(), precision, false));
            if (ours != null)
                atMost("resnet20 %s: first step, s".formatted(precision), Goal.FIRST_STEP, ours.median("first_step_s"));
        }
    }

    private static void others(Map<Key, Rounds> measured, Optional<Result> machine, Optional<Result> loader) {
        machine.ifPresent(facts -> atLeast(
                "momentum update : copying, bytes/s",
                Goal.UPDATE,
                facts.number("momentum_share_of_copy"),
                facts.number("copy_and_momentum_clean") > 0));
        var training = measured.get(key(Net.RESNET18.toString(), "auto", false));
        if (loader.isPresent() && training != null)
            atLeast(
                    "loader : resnet18 auto, images/s",
                    Goal.LOADER,
                    loader.get().number("images_per_s") / training.rate(),
                    loader.get().number("clean") > 0 && !training.clean().isEmpty());
    }

    /// Ours, at the network's own batch.
    private static Key key(String workload, String precision, boolean contended) {
        int batch = Workload.named(workload).net().batch();
        return new Key(workload, batch, precision, Library.THALWEG.toString(), contended);
    }

    private static void atLeast(String goal, double wanted, double found, boolean clean) {
        row(goal, "≥ %.2f".formatted(wanted), "%.2f".formatted(found), reached(found >= wanted, clean));
    }

    private static void atMost(String goal, double wanted, double found) {
        row(goal, "≤ %.2f".formatted(wanted), "%.2f".formatted(found), reached(found <= wanted, true));
    }

    static String reached(boolean reached, boolean clean) {
        if (!clean) return "not clean: says nothing";
        return reached ? "reached" : "**not reached**";
    }

    private static void row(String... cells) {
        row(List.of(cells));
    }

    static void row(List<String> cells) {
        System.out.println("| " + String.join(" | ", cells) + " |");
    }
}
