package dev.thalweg.compare;

import dev.thalweg.format.AtomicFile;
import dev.thalweg.format.JsonFault;
import dev.thalweg.optim.Decay;
import dev.thalweg.step.Machine;
import dev.thalweg.tensor.Require;
import dev.thalweg.train.Complete;
import dev.thalweg.train.RecipeFile;
import dev.thalweg.train.RecipePrinter;
import dev.thalweg.train.Result;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;

/// What a comparison has come to: `compare.json`, written anew after each run. Keys are these components' names with
/// underscores, as in `test_accuracy`. But for times, the same settings on the same kind of machine give the same.
///
/// Accuracies are in [0, 1]; those of the test part were looked at once, in the end of a full run, and decided
/// nothing. Times are seconds of training, without evaluation.
///
/// @param data what was learned from: its name and the sizes of its parts
/// @param parameters of the network
/// @param precision that was settled on
/// @param machines that the runs were on; times of different ones do not compare
/// @param began when, in UTC, as ISO 8601 has it
/// @param target null until there is one
/// @param complete whether no run is missing
/// @param optimizers in the order in which they were named
public record Standings(
        String data,
        String network,
        long parameters,
        String precision,
        List<Machine> machines,
        String began,
        Settings settings,
        @Nullable Target target,
        boolean complete,
        List<Row> optimizers) {
    /// Its name within the comparison's folder.
    public static final String FILE = "compare.json";

    /// Longer files are something else.
    private static final long LONGEST = 100_000_000;

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();

    public Standings {
        machines = List.copyOf(machines);
        optimizers = List.copyOf(optimizers);
        Require.that(!optimizers.isEmpty(), "a comparison must have at least one rule");
    }

    /// All that determines the runs; see [Contest].
    ///
    /// @param seeds full runs of each rule, the first with the recipe's seed
    /// @param rates points of the grid of learning rates
    /// @param searchEpochs of each try
    /// @param recipe as `recipe.json` has it; rule, learning rate and decay are those of each rule's runs instead
    public record Settings(int seeds, int rates, double searchEpochs, JsonNode recipe) {

        static Settings of(Contest contest) {
            return new Settings(
                    contest.seeds(),
                    contest.grid().points(),
                    contest.grid().epochs(),
                    MAPPER.readTree(RecipePrinter.json(contest.recipe(), false)));
        }

        Contest contest(List<Entrant> entrants) {
            var part = RecipeFile.part("settings.recipe", recipe.toString());
            return new Contest(part.whole(), entrants, seeds, new Grid(rates, searchEpochs));
        }
    }

    /// An update rule and what came of it.
    ///
    /// @param name as it was named
    /// @param decay of weights
    /// @param usualRate from which the search set out
    /// @param search tries of learning rates, the lowest first
    /// @param searched whether the search is over
    /// @param rate that was found; null before the search is over, and if every rate diverged
    /// @param atEdge whether it lies at the end of the rates that were tried: a better one may lie beyond
    /// @param runs the full ones
    /// @param test accuracy on the test part; this and what follows over runs that did not diverge
    /// @param validation accuracy on the validation part in the end
    /// @param seconds of a full run
    /// @param epochsToTarget of the runs that reached it
    /// @param secondsToTarget likewise
    public record Row(
            String name,
            Decay decay,
            double usualRate,
            List<Try> search,
            boolean searched,
            @Nullable Double rate,
            boolean atEdge,
            List<Run> runs,
            Spread test,
            Spread validation,
            Spread seconds,
            Spread epochsToTarget,
            Spread secondsToTarget) {

        /// Full runs that diverged.
        public long diverged() {
            return runs.stream()
                    .filter(run -> run.ended() == Result.Ended.DIVERGED)
                    .count();
        }
    }

    /// A learning rate that was tried.
    ///
    /// @param validationAccuracy in the end, by which rates are judged; null if the run diverged
    public record Try(
            double rate,
            Result.Ended ended,
            @Nullable Double validationAccuracy,
            @Nullable Double validationLoss,
            @Nullable Double trainLoss,
            double seconds) {

        static Try of(double rate, Outcome outcome) {
            var last = outcome.diverged() || outcome.curve().isEmpty()
                    ? new Outcome.Epoch(0, 0, null, null, null)
                    : outcome.curve().getLast();
            return new Try(
                    rate,
                    outcome.ended(),
                    outcome.validation(),
                    last.validationLoss(),
                    last.trainLoss(),
                    outcome.seconds());
        }
    }

    /// A full run.
    ///
    /// @param testAccuracy null if it diverged, or there is no test part
    /// @param epochsToTarget after which the validation accuracy was first at the target; null if it never was
    public record Run(
            long seed,
            Result.Ended ended,
            @Nullable Double testAccuracy,
            @Nullable Double testLoss,
            @Nullable Double validationAccuracy,
            double seconds,
            @Nullable Double epochsToTarget,
            @Nullable Double secondsToTarget,
            List<Epoch> epochs) {

        static Run of(long seed, Outcome outcome, @Nullable Target target) {
            var reached = target == null ? null : target.reachedBy(outcome);
            return new Run(
                    seed,
                    outcome.ended(),
                    outcome.test(),
                    outcome.testLoss(),
                    outcome.validation(),
                    outcome.seconds(),
                    reached == null ? null : reached.epochs(),
                    reached == null ? null : reached.seconds(),
                    outcome.curve().stream()
                            .map(e -> new Epoch(
                                    e.epoch(), e.seconds(), e.trainLoss(), e.validationAccuracy(), e.validationLoss()))
                            .toList());
        }
    }

    /// The state of a full run after an epoch.
    ///
    /// @param epoch since the beginning; a last one that is broken off has a fraction
    /// @param seconds of training since the beginning
    /// @param trainLoss of the epoch's pictures as they were augmented
    public record Epoch(
            double epoch,
            double seconds,
            @Nullable Double trainLoss,
            @Nullable Double validationAccuracy,
            @Nullable Double validationLoss) {}

    /// The entrants.
    List<Entrant> entrants() {
        return optimizers.stream()
                .map(row -> Entrant.of(row.name()).withDecay(row.decay()))
                .toList();
    }

    /// Whether there is a comparison in `folder`.
    public static boolean in(Path folder) {
        return Files.isRegularFile(folder.resolve(FILE));
    }

    /// The settings of the comparison in `folder`.
    ///
    /// @throws IOException as [#read]
    public static Contest contest(Path folder) throws IOException {
        var standings = read(folder);
        try {
            return standings.settings().contest(standings.entrants());
        } catch (IllegalArgumentException e) {
            throw new IOException("%s: %s".formatted(folder.resolve(FILE), e.getMessage()), e);
        }
    }

    /// What stands in `folder`.
    ///
    /// @throws IOException if there is no comparison in it, or its file is damaged; the message says where
    public static Standings read(Path folder) throws IOException {
        var file = folder.resolve(FILE);
        if (!in(folder))
            throw new IOException("%s: there is no comparison in this folder: it has no %s".formatted(folder, FILE));
        return readFile(file);
    }

    /// @throws IOException if it is not such a file
    public static Standings readFile(Path file) throws IOException {
        try {
            Require.that(Files.size(file) <= LONGEST, "it has %,d bytes; none is that long", Files.size(file));
            return Complete.check(MAPPER.readValue(Files.readString(file), Standings.class));
        } catch (JacksonException e) {
            throw new IOException(
                    "%s: expected the numbers of a comparison: %s".formatted(file, JsonFault.sentence(e)), e);
        } catch (CharacterCodingException | IllegalArgumentException e) {
            throw new IOException(
                    "%s: expected the numbers of a comparison: %s"
                            .formatted(file, e instanceof CharacterCodingException ? "it is no text" : e.getMessage()),
                    e);
        }
    }

    /// Replaces the file in `folder`, whole or not at all.
    void write(Path folder) throws IOException {
        var bytes = ByteBuffer.wrap((MAPPER.writeValueAsString(this) + "\n").getBytes(StandardCharsets.UTF_8));
        AtomicFile.write(folder.resolve(FILE), channel -> {
            while (bytes.hasRemaining()) channel.write(bytes);
        });
    }
}
