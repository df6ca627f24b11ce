package dev.thalweg.train;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.thalweg.data.Batch;
import dev.thalweg.data.DataSet;
import dev.thalweg.data.Examples;
import dev.thalweg.data.Preprocessing;
import dev.thalweg.picture.Picture;
import dev.thalweg.step.Machine;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Keeps what a run's report is made of: sampled steps, pictures, predictions, a profile of the plan and
/// the circumstances. The trainer tells it what happens; it has no influence on the run.
final class Recorder {
    /// Samples held back until they are written, and for how long at most, so that whoever watches the run sees them.
    private static final int BUFFER = 64;
    private static final long LATEST_NANOS = 5_000_000_000L;
    /// Batches of a process before the plan is profiled, so that Java's code is compiled and caches are warm.
    private static final int WARM = 20;
    /// Batches that are profiled.
    private static final int PROFILED = 10;
    /// Pictures in a contact sheet, at most.
    private static final int PICTURES = 24;

    private final RunFolder folder;
    private final DataSet data;
    private final Preprocessing preprocessing;
    private final Learner learner;
    private final Sampling sampling;
    private final int stepsPerEpoch;
    private final TimeAccount.Clock clock;

    private final long[] steps = new long[BUFFER];
    private final float[][] numbers = new float[BUFFER][];
    private final List<String> layers;
    private int held;
    private long lastFlush = System.nanoTime();

    private final List<Prediction> predictions = new ArrayList<>();
    private RunRecord record;
    private long stepsHere;
    /// Half of the steps that this process has before it: at the latest then the plan is profiled.
    private long half;
    /// Batches after which the profile is complete; 0 before it is begun.
    private long profiled;

    private boolean profiling;

    Recorder(
            RunFolder folder,
            DataSet data,
            Preprocessing preprocessing,
            Learner learner,
            Sampling sampling,
            int stepsPerEpoch,
            TimeAccount.Clock clock) {
        this.folder = folder;
        this.data = data;
        this.preprocessing = preprocessing;
        this.learner = learner;
        this.sampling = sampling;
        this.stepsPerEpoch = stepsPerEpoch;
        this.clock = clock;
        layers = learner.probe().names();
        for (int i = 0; i < BUFFER; i++) numbers[i] = new float[4 + layers.size()];
        record = new RunRecord(
                now(),
                null,
                1,
                learner.precision().name().toLowerCase(Locale.ROOT),
                Machine.here(),
                RunRecord.Data.of(data),
                null,
                null,
                TimeAccount.NONE,
                null);
    }

    private static String now() {
        return Instant.ofEpochSecond(Instant.now().getEpochSecond()).toString();
    }

    /// Before the first step of this process.
    ///
    /// @param step steps done by earlier ones
    void begin(long step) throws IOException {
        folder.truncate(folder.steps(), sampling.upTo(step));
        var earlier = step == 0 ? null : RunRecord.read(folder.record()).orElse(null);
        if (earlier != null)
            record = new RunRecord(
                    earlier.started(),
                    null,
                    earlier.processes() + 1,
                    record.precision(),
                    record.machine(),
                    record.data(),
                    earlier.batch(),
                    null,
                    clock.now(),
                    earlier.profile());
        half = (sampling.total() - step) / 2;
        if (step == 0) learner.watch(this::keepPictures);
        write();
    }

    /// Whether the step after `done` ones is to be measured.
    boolean wants(long done) {
        return sampling.wants(done + 1);
    }

    void beforeStep() {
        if (profiled > 0 || learner.batches() < WARM && stepsHere < half) return;
        profiled = learner.batches() + PROFILED;
        profiling = true;
        learner.profile(true);
    }

    private void endProfile() {
        profiling = false;
        learner.profile(false);
        record = record.withProfile(learner.profiled());
    }

    /// @param sampled whether the step was measured
    void afterStep(long step, double loss, double rate, boolean sampled) throws IOException {
        long begin = System.nanoTime();
        if (sampled) keep(step, loss, rate);
        stepsHere++;
        if (profiling && (learner.batches() >= profiled || step == sampling.total())) {
            endProfile();
            write();
        }
        clock.recording += System.nanoTime() - begin;
    }

    private void keep(long step, double loss, double rate) throws IOException {
        if (held == BUFFER) flush();
        steps[held] = step;
        var row = numbers[held];
        var probe = learner.probe();
        row[0] = (float) loss;
        row[1] = (float) rate;
        row[2] = (float) probe.gradientNorm();
        row[3] = (float) probe.update();
        for (int k = 0; k < layers.size(); k++) row[4 + k] = probe.layer(k);
        held++;
        if (System.nanoTime() - lastFlush > LATEST_NANOS) flush();
    }

    /// Writes the samples that are held back: before each checkpoint, which counts on them.
    void flush() throws IOException {
        var lines = new StringBuilder();
        for (int i = 0; i < held; i++) {
            var row = numbers[i];
            var byLayer = new LinkedHashMap<String, Float>();
            for (int k = 0; k < layers.size(); k++)
                if (!Float.isNaN(row[4 + k])) byLayer.put(layers.get(k), row[4 + k]);
            double epoch = (double) steps[i] / stepsPerEpoch;
            lines.append(RecipeFile.line(new StepSample(steps[i], epoch, row[0], row[1], row[2], row[3], byLayer)))
                    .append('\n');
        }
        folder.append(folder.steps(), lines.toString());
        held = 0;
        lastFlush = System.nanoTime();
    }

    /// Pictures of the run's first batch.
    private void keepPictures(Batch batch) throws IOException {
        var pictures = new ArrayList<Picture>();
        var labels = new ArrayList<String>();
        for (int i = 0; i < Math.min(PICTURES, batch.size()); i++) {
            pictures.add(preprocessing.picture(
                    batch.images(), i * preprocessing.shape().size()));
            labels.add(data.classes().get(batch.labels().getAtIndex(JAVA_INT, i)));
        }
        record = record.withBatch(
                new RunRecord.BatchPictures(ContactSheet.write(folder.path(), "batch", pictures), labels));
    }

    /// What the finished model says of one part.
    void evaluated(String part, Examples examples, Evaluation evaluation) {
        predictions.addAll(Prediction.of(part, examples, data.classes(), evaluation));
    }

    /// The end of this process.
    void end() throws IOException {
        long begin = System.nanoTime();
        if (profiling) endProfile();
        flush();
        if (!predictions.isEmpty()) {
            Prediction.write(folder.predictions(), predictions);
            var part = predictions.getFirst().part();
            record = record.withMistakes(mistakes(part, part.equals("test") ? data.test() : data.validation()));
        }
        clock.recording += System.nanoTime() - begin;
        record = record.withEnd(now());
        write();
    }

    private RunRecord.@Nullable MistakePictures mistakes(String part, Examples examples) throws IOException {
        var worst = predictions.stream()
                .filter(p -> p.part().equals(part) && !p.right())
                .sorted(Comparator.comparingDouble((Prediction p) -> -p.confidence()))
                .limit(PICTURES)
                .map(Prediction::index)
                .toList();
        if (worst.isEmpty()) return null;
        var pictures = new ArrayList<Picture>();
        for (int i : worst) pictures.add(preprocessing.fit(examples.picture(i)));
        return new RunRecord.MistakePictures(ContactSheet.write(folder.path(), "mistakes", pictures), part, worst);
    }

    private void write() throws IOException {
        record = record.withTime(clock.now());
        RunFolder.write(folder.record(), RecipeFile.pretty(record) + "\n");
    }
}
