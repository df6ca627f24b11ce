package dev.thalweg.report;

import dev.thalweg.compare.Spread;
import dev.thalweg.compare.Standings;
import dev.thalweg.compare.Target;
import dev.thalweg.optim.Decay;
import dev.thalweg.optim.FirstOrder;
import dev.thalweg.step.Machine;
import dev.thalweg.train.RecipeFile;
import dev.thalweg.train.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import tools.jackson.databind.json.JsonMapper;

/// Comparisons that nobody ran: curves that saturate at a height and a pace of each rule's own, with noise.
final class SampleStandings {
    static final int SEEDS = 5;

    private static final String RECIPE = """
            {"training": {"epochs": %d.0, "batch": 128, "accumulate": 1, "seed": 3},
             "optimization": {"rule": {"rule": "nesterov"}, "schedule": {"kind": "cosine", "minimum": 0.0}}}
            """;

    private SampleStandings() {}

    /// Twenty rules, the names of those that there are first. The last one diverges at every rate, the one before in
    /// one of its full runs and at its highest rate; the first one's best rate is the last that was tried.
    static Standings of(int epochs) {
        var names = new ArrayList<>(
                RecipeFile.rules().stream().map(FirstOrder::name).limit(15).toList());
        for (int i = names.size(); i < 20; i++) names.add("adam:beta1=0." + i);
        return of(epochs, names);
    }

    static Standings of(int epochs, List<String> names) {
        var rows = new ArrayList<Standings.Row>();
        for (int i = 0; i < names.size(); i++) rows.add(row(i, names, epochs));
        return new Standings(
                "fashion-mnist: 10 classes, 54,000 train, 6,000 validation, 10,000 test",
                "lenet5",
                61_706,
                "bf16",
                List.of(Machine.here()),
                "2026-11-28T09:00:00Z",
                new Standings.Settings(SEEDS, 5, 2, new JsonMapper().readTree(RECIPE.formatted(epochs))),
                new Target(0.85, false),
                true,
                rows);
    }

    private static Standings.Row row(int i, List<String> names, int epochs) {
        var random = new SplittableRandom(i);
        int last = names.size() - 1;
        double height = i == 4 ? 0.1 : 0.84 + 0.06 * random.nextDouble();
        double pace = 1 + 3 * random.nextDouble();
        double usual = 0.001 * (1 + i % 3);
        double decay = i % 4 == 1 ? 0.01 : 0;
        var search = new ArrayList<Standings.Try>();
        for (int place = -2; place <= 2; place++) {
            double rate = (float) (usual * Math.pow(10, place / 2.0));
            boolean diverged = i == last || i == last - 1 && place == 2;
            double accuracy = i == 0 ? 0.7 + 0.03 * place : height - 0.04 - 0.03 * place * place;
            search.add(new Standings.Try(
                    rate,
                    diverged ? Result.Ended.DIVERGED : Result.Ended.FINISHED,
                    diverged ? null : Math.max(0.1, accuracy),
                    diverged ? null : 0.5,
                    diverged ? null : 0.6,
                    4.5));
        }
        var runs = new ArrayList<Standings.Run>();
        for (int seed = 0; seed < SEEDS && i < last; seed++)
            runs.add(run(random, i, seed, height, pace, epochs, i == last - 1));
        var finished = runs.stream()
                .filter(run -> run.ended() == Result.Ended.FINISHED)
                .toList();
        return new Standings.Row(
                names.get(i),
                decay > 0 ? Decay.decoupled(decay) : Decay.NONE,
                usual,
                search,
                true,
                i == last ? null : search.get(i == 0 ? 4 : 2).rate(),
                i == 0,
                runs,
                Spread.of(finished.stream().map(Standings.Run::testAccuracy).toList()),
                Spread.of(
                        finished.stream().map(Standings.Run::validationAccuracy).toList()),
                Spread.of(finished.stream().map(Standings.Run::seconds).toList()),
                Spread.of(finished.stream().map(Standings.Run::epochsToTarget).toList()),
                Spread.of(finished.stream().map(Standings.Run::secondsToTarget).toList()));
    }

    private static Standings.Run run(
            SplittableRandom random, int i, int seed, double height, double pace, int epochs, boolean mayDiverge) {
        boolean diverged = mayDiverge && seed == 2;
        double luck = 0.004 * random.nextGaussian();
        double perEpoch = 3 + i % 5 + 0.2 * random.nextDouble();
        var curve = new ArrayList<Standings.Epoch>();
        Double reached = null;
        for (int e = 1; e <= (diverged ? 1 : epochs); e++) {
            double accuracy = 0.1
                    + (height + luck - 0.1) * (1 - Math.exp(-pace * 4 * e / epochs))
                    + 0.01 * random.nextGaussian() * (epochs - e) / epochs;
            curve.add(new Standings.Epoch(e, e * perEpoch, 1 - accuracy, accuracy, 1.1 - accuracy));
            if (reached == null && accuracy >= 0.85) reached = (double) e;
        }
        return new Standings.Run(
                3 + seed,
                diverged ? Result.Ended.DIVERGED : Result.Ended.FINISHED,
                diverged ? null : height + luck - 0.003,
                diverged ? null : 0.4,
                diverged ? null : curve.getLast().validationAccuracy(),
                epochs * perEpoch,
                reached,
                reached == null ? null : reached * perEpoch,
                curve);
    }
}
