package dev.thalweg.report;

import dev.thalweg.compare.Ranking;
import dev.thalweg.compare.Spread;
import dev.thalweg.compare.Standings;
import dev.thalweg.step.Machine;
import dev.thalweg.train.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The page of a comparison of update rules, whole or as far as it has come.
public record ContestReport(Standings standings) {
    /// Its name within the comparison's folder.
    public static final String FILE = "compare.html";

    public void write(Path file) throws IOException {
        RunReport.write(file, Page.of(read()));
    }

    public ContestPage read() {
        var ranked = Ranking.of(standings);
        var target = standings.target();
        boolean test = ranked.stream().anyMatch(row -> row.test().runs() > 0);
        return new ContestPage(
                "contest",
                "%d update rules compared on %s".formatted(ranked.size(), PageText.name(dataName())),
                "%s, %s parameters, %s; %s"
                        .formatted(
                                standings.network(),
                                PageText.count(standings.parameters()),
                                standings.precision(),
                                standings.data()),
                headline(ranked, test),
                test ? "test" : "validation",
                target == null ? null : new ContestPage.Goal(target.accuracy(), percent(target.accuracy())),
                ranked.stream().map(row -> rule(row, ranked.getFirst())).toList(),
                how(ranked),
                standings.settings().recipe(),
                says(ranked),
                missing(ranked));
    }

    private String dataName() {
        int colon = standings.data().lastIndexOf(": ");
        return colon < 0 ? standings.data() : standings.data().substring(0, colon);
    }

    // Rules.

    private static ContestPage.Rule rule(Standings.Row row, Standings.Row first) {
        long held = row.runs().size() - row.diverged();
        int reached = row.epochsToTarget().runs();
        return new ContestPage.Rule(
                row.name(),
                amount(Ranking.measure(row), 100, 2),
                finished(row).stream()
                        .map(run -> run.testAccuracy() != null ? run.testAccuracy() : run.validationAccuracy())
                        .filter(Objects::nonNull)
                        .toList(),
                row == first || Ranking.alike(row, first),
                amount(row.epochsToTarget(), 1, 1),
                amount(row.secondsToTarget(), 1, 1),
                0 < reached && reached < held ? "%d of %d".formatted(reached, held) : "",
                amount(row.seconds(), 1, 1),
                row.rate(),
                row.usualRate(),
                decay(row),
                Objects.requireNonNullElse(remark(row), ""),
                row.search().stream()
                        .map(one -> new ContestPage.Tried(one.rate(), one.validationAccuracy()))
                        .toList(),
                curve(finished(row)));
    }

    private static List<Standings.Run> finished(Standings.Row row) {
        return row.runs().stream()
                .filter(run ->
                        run.ended() == Result.Ended.FINISHED && !run.epochs().isEmpty())
                .toList();
    }

    private static String decay(Standings.Row row) {
        var decay = row.decay();
        if (!decay.any()) return "none";
        var parts = new ArrayList<String>();
        if (decay.lambda() > 0) parts.add(PageText.number(decay.lambda()));
        if (decay.l1() > 0) parts.add("L1 " + PageText.number(decay.l1()));
        return String.join(", ", parts) + " " + decay.form().name().toLowerCase(java.util.Locale.ROOT);
    }

    /// What a reader must know of a rule's runs beside their numbers; null for nothing.
    public static @Nullable String remark(Standings.Row row) {
        var remarks = new ArrayList<String>();
        if (row.searched() && row.rate() == null) remarks.add("diverged at every learning rate that was tried");
        if (row.diverged() > 0)
            remarks.add("%d of %d full runs diverged, and %s not counted"
                    .formatted(row.diverged(), row.runs().size(), row.diverged() == 1 ? "is" : "are"));
        if (row.atEdge()) remarks.add("the best learning rate is the last that was tried; a better one may lie beyond");
        return remarks.isEmpty() ? null : String.join("; ", remarks);
    }

    static ContestPage.@Nullable Curve curve(List<Standings.Run> runs) {
        if (runs.isEmpty()) return null;
        int epochs = runs.stream().mapToInt(run -> run.epochs().size()).min().orElseThrow();
        var kept = Curves.thinned(IntStream.range(0, epochs).boxed().toList(), Curves.POINTS);
        var spreads = kept.stream()
                .map(e -> Spread.of(at(runs, e, Standings.Epoch::validationAccuracy)))
                .toList();
        return new ContestPage.Curve(
                kept.stream()
                        .mapToDouble(e -> runs.getFirst().epochs().get(e).epoch())
                        .toArray(),
                kept.stream()
                        .mapToDouble(e -> number(
                                Spread.of(at(runs, e, Standings.Epoch::seconds)).mean()))
                        .toArray(),
                column(spreads, s -> number(s.mean())),
                column(spreads, s -> number(s.mean()) - orZero(s.deviation())),
                column(spreads, s -> number(s.mean()) + orZero(s.deviation())));
    }

    private static List<@Nullable Double> at(
            List<Standings.Run> runs, int epoch, Function<Standings.Epoch, @Nullable Double> number) {
        var values = new ArrayList<@Nullable Double>();
        for (var run : runs) values.add(number.apply(run.epochs().get(epoch)));
        return values;
    }

    private static double[] column(List<Spread> spreads, ToDoubleFunction<Spread> number) {
        return spreads.stream().mapToDouble(number).toArray();
    }

    private static double number(@Nullable Double value) {
        return value == null ? Double.NaN : value;
    }

    private static double orZero(@Nullable Double value) {
        return value == null ? 0 : value;
    }

    // Words.

    /// `90 %`, `90.5 %`.
    private static String percent(double share) {
        return PageText.number(100 * share) + " %";
    }

    /// `88.12 ± 0.31`; without a deviation the mean alone, without a mean a dash.
    public static String text(Spread spread, double scale, int digits) {
        Double mean = spread.mean(), deviation = spread.deviation();
        if (mean == null) return "–";
        String format = "%." + digits + "f";
        return PageText.text(format, scale * mean)
                + (deviation == null ? "" : " ± " + PageText.text(format, scale * deviation));
    }

    private static ContestPage.Amount amount(Spread spread, double scale, int digits) {
        return new ContestPage.Amount(spread.mean(), spread.runs(), text(spread, scale, digits));
    }

    private static String accuracy(Spread spread) {
        return text(spread, 100, 2) + " %";
    }

    private List<Run.Fact> headline(List<Standings.Row> ranked, boolean test) {
        var facts = new ArrayList<Run.Fact>();
        var first = Ranking.measure(ranked.getFirst());
        if (first.mean() != null)
            facts.add(new Run.Fact(
                    "best " + (test ? "test" : "validation") + " accuracy",
                    accuracy(first),
                    "%s, over %s".formatted(ranked.getFirst().name(), counted(first.runs(), "run"))));
        long full = ranked.stream().mapToLong(row -> row.runs().size()).sum();
        long tries = ranked.stream().mapToLong(row -> row.search().size()).sum();
        facts.add(new Run.Fact(
                "runs",
                PageText.count(full + tries),
                "%s, %s of a learning rate%s"
                        .formatted(
                                counted(full, "full one"),
                                counted(tries, "try", "tries"),
                                standings.complete() ? "" : "; more are to come")));
        var target = standings.target();
        if (target != null)
            facts.add(new Run.Fact(
                    "target",
                    percent(target.accuracy()),
                    target.given() ? "validation accuracy, as given" : "what the median rule ends with"));
        double seconds = ranked.stream()
                .mapToDouble(row -> row.search().stream()
                                .mapToDouble(Standings.Try::seconds)
                                .sum()
                        + row.runs().stream()
                                .mapToDouble(Standings.Run::seconds)
                                .sum())
                .sum();
        facts.add(new Run.Fact("training time", PageText.clock(seconds), "of all runs, without evaluation"));
        return facts;
    }

    private static String counted(long n, String what) {
        return counted(n, what, what + "s");
    }

    private static String counted(long n, String one, String several) {
        return PageText.count(n) + " " + (n == 1 ? one : several);
    }

    /// Who leads, and who may as well; empty before there is anything to say.
    public static String leaders(List<Standings.Row> ranked) {
        var first = ranked.getFirst();
        var best = Ranking.measure(first);
        var others = ranked.stream()
                .skip(1)
                .filter(row -> Ranking.measure(row).mean() != null)
                .toList();
        if (best.mean() == null || others.isEmpty()) return "";
        if (best.deviation() == null)
            return "There is one run of each rule: differences may be chance. More seeds would tell.";
        var alike = others.stream().filter(row -> Ranking.alike(row, first)).toList();
        String leads = "%s leads with %s".formatted(first.name(), accuracy(best));
        if (alike.isEmpty()) return leads + "; every other rule is behind by more than two standard errors.";
        if (alike.size() == others.size())
            return leads + ", but no other rule can be told apart from it with so few runs.";
        return leads
                + "; %s may be as good: with so few runs they cannot be told apart."
                        .formatted(
                                listed(alike.stream().map(Standings.Row::name).toList()));
    }

    private static String listed(List<String> names) {
        if (names.size() == 1) return names.getFirst();
        return String.join(", ", names.subList(0, names.size() - 1)) + " and " + names.getLast();
    }

    private Map<String, String> says(List<Standings.Row> ranked) {
        var says = new LinkedHashMap<String, String>();
        String leaders = leaders(ranked);
        if (!leaders.isEmpty()) says.put("results", leaders);
        var search = new ArrayList<String>();
        var edge = ranked.stream()
                .filter(Standings.Row::atEdge)
                .map(Standings.Row::name)
                .toList();
        if (!edge.isEmpty())
            search.add("Of %s the best rate is the last that was tried: a better one may lie beyond."
                    .formatted(listed(edge)));
        var diverged = ranked.stream()
                .filter(row -> row.search().stream().anyMatch(one -> one.validationAccuracy() == null))
                .map(Standings.Row::name)
                .toList();
        if (!diverged.isEmpty())
            search.add("%s diverged at some rates, which counts as worst.".formatted(listed(diverged)));
        if (!search.isEmpty()) says.put("search", String.join(" ", search));
        return says;
    }

    private Map<String, String> missing(List<Standings.Row> ranked) {
        var missing = new LinkedHashMap<String, String>();
        if (ranked.stream().allMatch(row -> finished(row).isEmpty())) {
            missing.put("epochs", "No full run is over yet.");
            missing.put("seconds", "No full run is over yet.");
        }
        if (ranked.stream().allMatch(row -> row.search().isEmpty()))
            missing.put("search", "No learning rates were tried: each rule ran with its customary one.");
        return missing;
    }

    private List<Run.Fact> how(List<Standings.Row> ranked) {
        var settings = standings.settings();
        var recipe = settings.recipe();
        long seed = recipe.at("/training/seed").asLong(0);
        var facts = new ArrayList<Run.Fact>();
        facts.add(new Run.Fact(
                "the same for all",
                "network, pictures, schedule (%s), %s of batch %s"
                        .formatted(
                                recipe.at("/optimization/schedule/kind").asString("?"),
                                epochs(recipe.at("/training/epochs").asDouble(0)),
                                PageText.count(recipe.at("/training/batch").asLong(0)
                                        * recipe.at("/training/accumulate").asLong(1))),
                "runs of one seed start from the same weights and see the same batches in the same order"));
        facts.add(new Run.Fact(
                "seeds",
                settings.seeds() == 1 ? String.valueOf(seed) : "%d to %d".formatted(seed, seed + settings.seeds() - 1),
                "a full run of each rule with each; ± is the standard deviation over them"));
        facts.add(new Run.Fact(
                "learning rates",
                settings.rates() == 1
                        ? "customary"
                        : "%d half decades around the customary one".formatted(settings.rates()),
                settings.rates() == 1
                        ? "nothing was searched for"
                        : "for %s each, with seed %d; the most accurate on the validation part was taken, or among those within a standard error of it the one with the lowest loss; where it lay at the end, up to three more were tried beyond"
                                .formatted(epochs(settings.searchEpochs()), seed)));
        facts.add(new Run.Fact(
                "weight decay",
                ranked.stream()
                        .filter(row -> row.decay().any())
                        .map(row -> "%s %s".formatted(row.name(), decay(row)))
                        .collect(Collectors.collectingAndThen(
                                Collectors.joining("; "), text -> text.isEmpty() ? "none" : text)),
                "what is usual with each rule, unless somebody said otherwise"));
        facts.add(new Run.Fact(
                "validation part", "judges learning rates, and is what the curves show", "no rule learned from it"));
        facts.add(new Run.Fact("test part", "looked at once, at the end of each full run", "it decided nothing"));
        facts.add(new Run.Fact("seconds", "of training, without evaluation", "whatever else the machine did included"));
        facts.add(new Run.Fact("precision", standings.precision(), ""));
        for (var machine : standings.machines()) facts.add(new Run.Fact("machine", machine(machine), ""));
        if (standings.machines().size() > 1)
            facts.add(new Run.Fact("", "", "times of different machines do not compare"));
        facts.add(new Run.Fact("begun", standings.began(), ""));
        return facts;
    }

    private static String machine(Machine machine) {
        return "%s, %s, %s; %s; Thalweg %s, %s, %s"
                .formatted(
                        machine.kind().processor(),
                        counted(machine.processors(), "processor"),
                        machine.kind().instructionSet(),
                        machine.system(),
                        machine.kind().thalweg(),
                        machine.kind().kernels(),
                        machine.kind().java());
    }

    private static String epochs(double epochs) {
        return PageText.number(epochs) + (epochs == 1 ? " epoch" : " epochs");
    }
}
