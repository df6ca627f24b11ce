package dev.thalweg.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.data.DataSet;
import dev.thalweg.data.DataSets;
import dev.thalweg.data.SplitOptions;
import dev.thalweg.optim.Decay;
import dev.thalweg.optim.Schedule;
import dev.thalweg.step.Precision;
import dev.thalweg.train.Averaging;
import dev.thalweg.train.Defaults;
import dev.thalweg.train.Listener;
import dev.thalweg.train.Progress;
import dev.thalweg.train.Recipe;
import dev.thalweg.train.RecipeFile;
import dev.thalweg.train.Result;
import dev.thalweg.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContestRunTest {
    private static final String DATA = "shapes:120";

    @TempDir
    static Path folder;

    static Recipe recipe;

    /// A comparison that nobody disturbs, and its result: two rules, three rates, two seeds of two epochs of three
    /// steps.
    static Path undisturbed;

    static Standings standings;

    @BeforeAll
    static void compare() throws IOException {
        var base = Defaults.forData(DATA);
        recipe = base.withData(base.data().withValidationShare(0.2))
                .withNetwork(new Recipe.Net("lenet5", 3, 32, 32))
                .withTraining(new Recipe.Training(2, 32, 1, Precision.FP32, 1, 7, 1e9))
                .withFreeze(List.of())
                .withLookahead(null)
                .withTest(Averaging.NONE);
        undisturbed = folder.resolve("undisturbed");
        standings = run(contest("sgd,adamw"), undisturbed);
    }

    private static Contest contest(String rules) {
        return new Contest(recipe, EntrantList.parse(rules), 2, new Grid(3, 1));
    }

    private static DataSet data() throws IOException {
        return DataSets.open(DATA, new SplitOptions(0.2, 0.2, 1));
    }

    private static ContestRun open(Contest contest, Path folder) throws IOException {
        return ContestRun.open(contest, folder, data(), 100_000_000, null);
    }

    private static Standings run(Contest contest, Path folder) throws IOException {
        try (var run = open(contest, folder)) {
            return run.run();
        }
    }

    /// `compare.json` without what depends on the clock.
    private static String timeless(Path folder) throws IOException {
        return Files.readString(folder.resolve(Standings.FILE))
                .replaceAll("\"(\\w*seconds\\w*)\" : [\\d.E-]+", "\"$1\" : 0")
                .replaceAll("(?s)\"(seconds\\w*)\" : \\{[^}]*}", "\"$1\" : {}")
                .replaceAll("\"began\" : \"[^\"]*\"", "\"began\" : \"\"");
    }

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void everyRuleIsSearchedForAndRunWithEverySeed() {
        assertThat(standings.complete()).isTrue();
        assertThat(standings.data()).isEqualTo("shapes: 10 classes, 100 train, 20 validation, 2,000 test");
        assertThat(standings.network()).isEqualTo("lenet5");
        assertThat(standings.parameters()).isEqualTo(83_126);
        assertThat(standings.precision()).isEqualTo("fp32");
        assertThat(standings.machines()).hasSize(1);
        assertThat(standings.optimizers()).extracting(Standings.Row::name).containsExactly("sgd", "adamw");
        for (var row : standings.optimizers()) {
            assertThat(row.search())
                    .hasSizeBetween(3, 6)
                    .allSatisfy(one -> assertThat(one.ended()).isEqualTo(Result.Ended.FINISHED));
            assertThat(row.search()).extracting(Standings.Try::rate).isSorted().contains(row.rate());
            assertThat(row.runs()).extracting(Standings.Run::seed).containsExactly(7L, 8L);
            for (var run : row.runs()) {
                assertThat(run.epochs()).extracting(Standings.Epoch::epoch).containsExactly(1.0, 2.0);
                assertThat(run.validationAccuracy())
                        .isEqualTo(run.epochs().getLast().validationAccuracy());
            }
            double one = row.runs().getFirst().testAccuracy(),
                    two = row.runs().getLast().testAccuracy();
            assertThat(row.test().mean()).isEqualTo((one + two) / 2);
            assertThat(row.test().runs()).isEqualTo(2);
            assertThat(row.seconds().mean()).isPositive();
        }
    }

    @Test
    void runsLieInFoldersAsATrainerLeavesThem() throws IOException {
        var seed = undisturbed.resolve("runs/adamw/seed-7");
        assertThat(files(seed))
                .contains("recipe.json", "metrics.jsonl", "result.json", "run.json", "model.safetensors")
                .doesNotContain("checkpoint.safetensors", "best.safetensors");
        var usual = undisturbed.resolve("search/adamw/rate-0.001");
        assertThat(files(usual))
                .contains("recipe.json", "metrics.jsonl", "result.json")
                .doesNotContain("checkpoint.safetensors", "model.safetensors", "predictions.csv");
        var found = RecipeFile.read(seed.resolve("recipe.json"));
        assertThat(found.optimization().learningRate())
                .isEqualTo(standings.optimizers().getLast().rate());
        assertThat(found.optimization().decay()).isEqualTo(Entrant.of("adamw").decay());
        assertThat(found.training().epochs()).isEqualTo(2);
    }

    /// The search decides by the validation part; it has not even seen the test part.
    @Test
    void theSearchDoesNotSeeTheTestPart() throws IOException {
        assertThat(undisturbed.resolve("search/sgd/rate-0.1/result.json"))
                .content()
                .contains("\"test\" : null", "\"examples\" : 20");
        assertThat(undisturbed.resolve("runs/sgd/seed-7/result.json")).content().contains("\"examples\" : 2000");
    }

    @Test
    void theSameContestGivesTheSameNumbers() throws IOException {
        var again = folder.resolve("again");
        run(contest("sgd,adamw"), again);
        assertThat(timeless(again))
                .isEqualTo(timeless(undisturbed))
                .contains("\"seconds\" : 0", "\"test_accuracy\" : 0.");
    }

    /// Stopped within the first try, between runs, and within the last run.
    @Test
    void goesOnWhereItWasStopped() throws IOException {
        var path = folder.resolve("stopped");
        var trained = new ArrayList<String>();
        for (int part : List.of(2, 5, 100)) {
            try (var run = open(contest("sgd,adamw"), path)) {
                run.listen(new ContestListener() {
                    private int steps;

                    @Override
                    public void progress(ContestProgress progress) {
                        if (trained.isEmpty()
                                || !trained.getLast().equals(progress.trial().toString()))
                            trained.add(progress.trial().toString());
                        if (++steps == part) run.stop();
                    }
                });
                var stopped = run.run();
                assertThat(stopped.complete()).isEqualTo(part == 100);
            }
        }
        assertThat(timeless(path)).isEqualTo(timeless(undisturbed));
        assertThat(trained).startsWith("sgd, rate 0.0316", "sgd, rate 0.1").doesNotHaveDuplicates();

        // And once more: nothing is left to be done.
        try (var run = open(contest("sgd,adamw"), path)) {
            run.listen(new ContestListener() {
                @Override
                public void progress(ContestProgress progress) {
                    throw new AssertionError(progress);
                }
            });
            assertThat(run.run().complete()).isTrue();
        }
    }

    @Test
    void theSettingsStandInTheFile() throws IOException {
        assertThat(Standings.contest(undisturbed)).isEqualTo(contest("sgd,adamw"));
        assertThat(Standings.read(undisturbed)).isEqualTo(standings);
    }

    @Test
    void rulesAndSeedsMayBeAdded() throws IOException {
        var path = folder.resolve("grows");
        run(new Contest(recipe, EntrantList.parse("sgd"), 1, new Grid(1, 1)), path);
        var done = new ArrayList<String>();
        try (var run = open(new Contest(recipe, EntrantList.parse("lion,sgd"), 2, new Grid(1, 1)), path)) {
            run.listen(new ContestListener() {
                @Override
                public void finished(Trial trial, Standings.Row row, Standings standings) {
                    done.add(trial.toString());
                }

                @Override
                public void progress(ContestProgress progress) {
                    assertThat(progress.trial().toString()).isNotEqualTo("sgd, seed 7");
                    assertThat(progress.of()).isEqualTo(4);
                }
            });
            assertThat(run.run().optimizers()).extracting(Standings.Row::name).containsExactly("lion", "sgd");
        }
        assertThat(done).containsExactly("lion, seed 7", "lion, seed 8", "sgd, seed 8");
    }

    @Test
    void anythingElseMustBeAsItWas() throws IOException {
        var entrants = EntrantList.parse("sgd,adamw");
        refuses(contest("adamw"), "sgd with no decay, which is not named now");
        refuses(new Contest(recipe, entrants, 1, new Grid(3, 1)), "2 seeds, not 1");
        refuses(new Contest(recipe, entrants, 2, new Grid(5, 1)), "3 learning rates, not 5");
        refuses(new Contest(recipe, entrants, 2, new Grid(3, 2)), "1.0 epochs of search, not 2.0");
        refuses(new Contest(recipe.withEpochs(3), entrants, 2, new Grid(3, 1)), "training.epochs 2.0, not 3.0");
        refuses(new Contest(recipe.withSeed(1), entrants, 2, new Grid(3, 1)), "training.seed 7, not 1");
    }

    private static void refuses(Contest contest, String difference) throws IOException {
        assertThatThrownBy(() -> run(contest, undisturbed))
                .hasMessage(
                        undisturbed + ": the comparison in this folder has " + difference + "; choose another folder");
    }

    @Test
    void somethingElseInTheFolderIsLeftAlone() throws IOException {
        var other = Files.createDirectories(folder.resolve("other"));
        Files.writeString(other.resolve("thesis.txt"), "mine");
        assertThatThrownBy(() -> run(contest("sgd"), other))
                .hasMessage(other + ": the folder is not empty, and holds no comparison; choose another one");
        assertThatThrownBy(() -> Standings.read(other))
                .hasMessage(other + ": there is no comparison in this folder: it has no compare.json");
    }

    @Test
    void aRunOfAnotherRecipeIsNotTakenForTheContests() throws IOException {
        var path = folder.resolve("swapped");
        var contest = new Contest(recipe, EntrantList.parse("sgd"), 1, new Grid(1, 1));
        run(contest, path);
        var run = path.resolve("runs/sgd/seed-7");
        RecipeFile.write(run.resolve("recipe.json"), recipe);
        assertThatThrownBy(() -> run(contest, path))
                .hasMessage(
                        run + ": the run in this folder is not that of sgd, seed 7; delete it, and it is done again");
    }

    @Test
    void aValidationPartIsNeeded() {
        assertThatThrownBy(() -> ContestRun.open(
                        contest("sgd"),
                        folder.resolve("without"),
                        DataSets.open(DATA, new SplitOptions(0.2, 0, 1)),
                        0,
                        null))
                .hasMessage(
                        "a comparison needs a validation part, by which learning rates are judged, and there is none");
    }

    /// Decay so strong that it throws weights from one side to the other, farther each time: no rate is found, and
    /// the comparison goes on without the rule.
    @Test
    void aRuleThatAlwaysDivergesIsSaidToDoSo() throws IOException {
        var strong = Entrant.of("sgd").withDecay(Decay.coupled(1e9));
        var wild = new Contest(recipe, List.of(strong), 2, new Grid(2, 1));
        var row = run(wild, folder.resolve("wild")).optimizers().getFirst();
        assertThat(row.search()).hasSize(5).allSatisfy(one -> {
            assertThat(one.ended()).isEqualTo(Result.Ended.DIVERGED);
            assertThat(one.validationAccuracy()).isNull();
        });
        assertThat(row.rate()).isNull();
        assertThat(row.runs()).isEmpty();
        assertThat(row.test()).isEqualTo(new Spread(null, null, 0));
    }

    /// Rates so small that no weight moves: then every loss is that of the first weights on that step's batch.
    @Test
    void twoRulesSeeTheSameBatchesFromTheSameWeights() throws IOException {
        var contest = contest("momentum,adam");
        var sgd = losses(contest, contest.entrants().getFirst(), 7);
        assertThat(sgd).hasSize(6).doesNotHaveDuplicates();
        assertThat(losses(contest, contest.entrants().getLast(), 7)).isEqualTo(sgd);
        assertThat(losses(contest, contest.entrants().getLast(), 8)).isNotEqualTo(sgd);
    }

    private static List<Double> losses(Contest contest, Entrant entrant, long seed) throws IOException {
        var trial = Contest.full(entrant, 1e-30, seed);
        var losses = new ArrayList<Double>();
        try (var trainer =
                Trainer.start(contest.recipe(trial), folder.resolve("losses-%s-%d".formatted(entrant.name(), seed)))) {
            trainer.listen(new Listener() {
                @Override
                public void step(Progress progress) {
                    losses.add(progress.loss());
                }
            });
            trainer.run();
        }
        return losses;
    }

    /// Keeping pictures for all runs changes no bit.
    @Test
    void aRunIsTheSameAsByItself() throws IOException {
        var run = undisturbed.resolve("runs/sgd/seed-8");
        try (var trainer = Trainer.start(RecipeFile.read(run.resolve("recipe.json")), folder.resolve("alone"))) {
            trainer.run();
        }
        assertThat(folder.resolve("alone/model.safetensors")).hasSameBinaryContentAs(run.resolve("model.safetensors"));
    }

    @Test
    void aTrysWarmUpIsShorterToo() {
        var o = recipe.optimization();
        var warm = recipe.withOptimization(new Recipe.Optimization(
                o.rule(), 1, new Schedule.Warmup(4, new Schedule.Cosine(0)), o.decay(), List.of(), o.clip()));
        var contest = new Contest(warm, EntrantList.parse("sgd"), 1, new Grid(3, 0.5));
        var trial = contest.search(contest.entrants().getFirst(), 0.1);
        assertThat(contest.recipe(trial).optimization().schedule())
                .isEqualTo(new Schedule.Warmup(1, new Schedule.Cosine(0)));
        assertThat(contest.recipe(trial).training().epochs()).isEqualTo(0.5);
    }

    @Test
    void aDamagedFileIsNamed() throws IOException {
        var broken = Files.createDirectories(folder.resolve("broken"));
        Files.writeString(broken.resolve(Standings.FILE), "{\"data\": \"x\"}");
        assertThatThrownBy(() -> Standings.read(broken))
                .hasMessageStartingWith(broken.resolve(Standings.FILE) + ": expected the numbers of a comparison: ");
    }
}
