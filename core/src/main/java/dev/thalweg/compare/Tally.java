package dev.thalweg.compare;

import dev.thalweg.train.Result;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The outcomes of a comparison's runs so far, what they add up to, and what is to be done next.
final class Tally {
    private final Contest contest;
    private final Map<Entrant, TreeMap<Double, Outcome>> tries = new HashMap<>();
    private final Map<Entrant, TreeMap<Long, Outcome>> runs = new HashMap<>();

    Tally(Contest contest) {
        this.contest = contest;
        for (var entrant : contest.entrants()) {
            tries.put(entrant, new TreeMap<>());
            runs.put(entrant, new TreeMap<>());
        }
    }

    private TreeMap<Double, Outcome> tries(Entrant entrant) {
        return Objects.requireNonNull(tries.get(entrant));
    }

    private TreeMap<Long, Outcome> runs(Entrant entrant) {
        return Objects.requireNonNull(runs.get(entrant));
    }

    void add(Trial trial, Outcome outcome) {
        if (trial.search()) tries(trial.entrant()).put(trial.rate(), outcome);
        else runs(trial.entrant()).put(trial.seed(), outcome);
    }

    private Map<Double, Grid.Score> scores(Entrant entrant) {
        var scores = new HashMap<Double, Grid.Score>();
        tries(entrant).forEach((rate, outcome) -> scores.put(rate, outcome.score()));
        return scores;
    }

    /// The search comes first, entrant by entrant. Then one seed after the other, all entrants each, so that whatever
    /// changes on the machine in the meantime changes for all of them, and all have as many runs when one stops.
    ///
    /// @return none if nothing is left to be done
    Optional<Trial> next() {
        for (var entrant : contest.entrants()) {
            var search = nextTry(entrant);
            if (search.isPresent()) return search;
        }
        return contest.entrants().stream()
                .flatMap(entrant -> left(entrant).stream())
                .min(Comparator.comparingLong(Trial::seed)); // the first of equals
    }

    /// The next try of `entrant`; none if its search is over.
    Optional<Trial> nextTry(Entrant entrant) {
        return contest.grid().next(entrant.usualRate(), scores(entrant)).map(rate -> contest.search(entrant, rate));
    }

    /// Full runs of `entrant` that are to be done, once its search is over.
    List<Trial> left(Entrant entrant) {
        Double rate = rate(entrant);
        if (rate == null) return List.of();
        return contest.seedList().stream()
                .filter(seed -> !runs(entrant).containsKey(seed))
                .map(seed -> Contest.full(entrant, rate, seed))
                .toList();
    }

    /// Whether the search for a rate is over.
    boolean searched(Entrant entrant) {
        return nextTry(entrant).isEmpty();
    }

    /// The rate that was found; null while the search goes on, and if every rate diverged.
    @Nullable
    Double rate(Entrant entrant) {
        if (!searched(entrant)) return null;
        return contest.grid().best(entrant.usualRate(), scores(entrant)).orElse(null);
    }

    /// Runs that are done.
    int done() {
        return tries.values().stream().mapToInt(Map::size).sum()
                + runs.values().stream().mapToInt(Map::size).sum();
    }

    /// Runs of `entrant` that are to be done, as far as is known.
    ///
    /// @param search of those that try rates, or of the full ones
    int runsLeft(Entrant entrant, boolean search) {
        boolean over = searched(entrant);
        if (search) {
            if (over) return 0;
            return Math.max(1, contest.grid().points() - tries(entrant).size());
        }
        if (over && rate(entrant) == null) return 0;
        return contest.seeds() - runs(entrant).size();
    }

    // What it comes to.

    /// The target, if nobody names one.
    Optional<Target> medianTarget() {
        var means = new ArrayList<Double>();
        for (var entrant : contest.entrants()) {
            Double mean = spread(entrant, Outcome::validation).mean();
            if (mean != null) means.add(mean);
        }
        return Target.median(means);
    }

    List<Standings.Row> rows(@Nullable Target target) {
        return contest.entrants().stream().map(entrant -> row(entrant, target)).toList();
    }

    Standings.Row row(Entrant entrant, @Nullable Target target) {
        var search = new ArrayList<Standings.Try>();
        tries(entrant).forEach((rate, outcome) -> search.add(Standings.Try.of(rate, outcome)));
        var all = new ArrayList<Standings.Run>();
        runs(entrant).forEach((seed, outcome) -> all.add(Standings.Run.of(seed, outcome, target)));
        Double rate = rate(entrant);
        return new Standings.Row(
                entrant.name(),
                entrant.decay(),
                entrant.usualRate(),
                search,
                searched(entrant),
                rate,
                rate != null && contest.grid().atEdge(entrant.usualRate(), scores(entrant)),
                all,
                spread(entrant, Outcome::test),
                spread(entrant, Outcome::validation),
                spread(entrant, Outcome::seconds),
                Spread.of(finished(all, Standings.Run::epochsToTarget)),
                Spread.of(finished(all, Standings.Run::secondsToTarget)));
    }

    private Spread spread(Entrant entrant, Function<Outcome, @Nullable Double> number) {
        var values = new ArrayList<@Nullable Double>();
        for (var outcome : runs(entrant).values()) if (!outcome.diverged()) values.add(number.apply(outcome));
        return Spread.of(values);
    }

    private static List<@Nullable Double> finished(
            List<Standings.Run> runs, Function<Standings.Run, @Nullable Double> number) {
        var values = new ArrayList<@Nullable Double>();
        for (var run : runs) if (run.ended() == Result.Ended.FINISHED) values.add(number.apply(run));
        return values;
    }
}
