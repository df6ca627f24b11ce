package dev.thalweg.train;

import dev.thalweg.data.Examples;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Looks at the model of a run as it is to be used: evaluates it, and writes it.
final class Examiner implements AutoCloseable {
    private final Trainer trainer;
    private final Learner learner;
    private final Feeding feeding;
    private final int stepsPerEpoch;
    private final TimeAccount.Clock clock;
    /// Compiled when it is first needed.
    private @Nullable Evaluator evaluator;

    Examiner(Trainer trainer, Learner learner, Feeding feeding, int stepsPerEpoch, TimeAccount.Clock clock) {
        this.trainer = trainer;
        this.learner = learner;
        this.feeding = feeding;
        this.stepsPerEpoch = stepsPerEpoch;
        this.clock = clock;
    }

    /// Where the rule trains beside what is to be used, puts that in place, with running statistics that fit.
    ///
    /// @param step steps done
    void settle(long step) throws IOException {
        if (!learner.trainsBeside()) return;
        long begin = System.nanoTime();
        try (var loader = learner.open(feeding, step / stepsPerEpoch * stepsPerEpoch)) {
            learner.settle(loader, step);
        }
        clock.evaluation += System.nanoTime() - begin;
    }

    Evaluation evaluate(Examples examples, Averaging averaging) throws IOException {
        long begin = System.nanoTime();
        var t = trainer.recipe().training();
        if (evaluator == null)
            evaluator = new Evaluator(
                    trainer.model(), trainer.card().preprocessing(), t.batch(), t.precision(), t.threads());
        var evaluation = evaluator.evaluate(examples, averaging.views());
        clock.evaluation += System.nanoTime() - begin;
        return evaluation;
    }

    void write(Path file) throws IOException {
        long begin = System.nanoTime();
        ModelStore.write(file, trainer.model(), trainer.card(), trainer.provenance());
        clock.checkpoint += System.nanoTime() - begin;
    }

    @Override
    public void close() {
        if (evaluator != null) evaluator.close();
    }
}
