package dev.thalweg.cli;

import dev.thalweg.report.tensorboard.TensorBoard;
import dev.thalweg.train.Listener;
import dev.thalweg.train.Trainer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Who else hears of a run while it trains. Nothing of it has an influence on the result.
final class TrackingOptions {
    static final Set<String> NAMES = Set.of("--tensorboard");

    @Option(
            names = "--tensorboard",
            arity = "0..1",
            preprocessor = AttachedValue.class,
            paramLabel = "DIR",
            description = "Write event files for TensorBoard. Default: RUN/tensorboard.")
    private @Nullable String tensorboard;

    /// Those who listen, to be closed after the run.
    record Trackers(List<AutoCloseable> open) implements AutoCloseable {
        @Override
        public void close() {
            for (var one : open.reversed()) {
                try {
                    one.close();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    Trackers open(Trainer trainer, ProgressReport progress) {
        var open = new ArrayList<AutoCloseable>();
        if (tensorboard != null) {
            var folder = tensorboard.isEmpty() ? trainer.folder().path().resolve("tensorboard") : Path.of(tensorboard);
            add(new TensorBoard(trainer, folder, progress::say), trainer, open);
        }
        return new Trackers(open);
    }

    private static <T extends Listener & AutoCloseable> void add(T tracker, Trainer trainer, List<AutoCloseable> open) {
        trainer.listen(tracker);
        open.add(tracker);
    }
}
