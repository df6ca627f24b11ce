package dev.thalweg.cli;

import dev.thalweg.report.live.Live;
import dev.thalweg.report.mlflow.Address;
import dev.thalweg.report.mlflow.Mlflow;
import dev.thalweg.report.tensorboard.TensorBoard;
import dev.thalweg.train.Listener;
import dev.thalweg.train.Trainer;
import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/// Who else hears of a run while it trains. Nothing of it has an influence on the result.
@Heading("For other programs")
final class TrackingOptions {
    static final Set<String> NAMES = Set.of("--tensorboard", "--mlflow", "--mlflow-experiment", "--live", "--control");

    @Option(
            names = "--live",
            arity = "0..1",
            preprocessor = AttachedValue.class,
            paramLabel = "PORT",
            description = "Serve the run's page to browsers on this machine, brought up to date while it trains."
                    + " Default: port " + Live.PORT + ", or any that is free.")
    private @Nullable String live;

    @Option(
            names = "--control",
            description = "With --live: the page can pause and stop the run, and change its learning rate. What is done"
                    + " is kept in RUN/controls.jsonl.")
    private boolean control;

    @Option(
            names = "--tensorboard",
            arity = "0..1",
            preprocessor = AttachedValue.class,
            paramLabel = "DIR",
            description = "Write event files for TensorBoard. Default: RUN/tensorboard.")
    private @Nullable String tensorboard;

    @Option(
            names = "--mlflow",
            arity = "0..1",
            preprocessor = AttachedValue.class,
            paramLabel = "URI",
            description = "Record the run in the MLflow tracking server at this address. Default: that of"
                    + " MLFLOW_TRACKING_URI. MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or"
                    + " MLFLOW_TRACKING_TOKEN, are heeded.")
    private @Nullable String mlflow;

    @Option(
            names = "--mlflow-experiment",
            paramLabel = "NAME",
            description = "The experiment to put it in, made if there is none. Default: thalweg.")
    private @Nullable String experiment;

    /// Refuses what cannot be, before anything is begun.
    void check(Values values) {
        if (experiment != null && mlflow == null)
            throw values.refuse("--mlflow-experiment is of use with --mlflow only");
        if (experiment != null && (experiment.isBlank() || experiment.length() > 500))
            throw values.refuse("--mlflow-experiment must be a name of at most 500 characters");
        if (mlflow != null) address(values);
        if (control && live == null) throw values.refuse("--control is of use with --live only");
        var port = port(values);
        if (port != null) requireFree(port, values);
        if (tensorboard != null && Files.isRegularFile(Path.of(tensorboard)))
            throw values.refuse("--tensorboard: expected a folder, found the file " + tensorboard);
    }

    /// Before a run is made that would have to be thrown away.
    private static void requireFree(int port, Values values) {
        try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            // it is
        } catch (IOException e) {
            throw taken(port, values);
        }
    }

    private static ParameterException taken(int port, Values values) {
        return values.refuse("--live: port %s is taken; choose another one".formatted(port));
    }

    private @Nullable Integer port(Values values) {
        if (live == null || live.isEmpty()) return null;
        Integer port = live.matches("\\d{1,9}") ? Integer.valueOf(live) : null;
        if (port == null) throw values.refuse("--live must be the number of a port, got '%s'".formatted(live));
        values.port("--live", port);
        return port;
    }

    private Address address(Values values) {
        String text = mlflow;
        if (text == null || text.isEmpty()) text = System.getenv("MLFLOW_TRACKING_URI");
        if (text == null || text.isEmpty())
            throw values.refuse("--mlflow needs the address of a tracking server, such as"
                    + " --mlflow=http://localhost:5000, or the environment variable MLFLOW_TRACKING_URI");
        return values.parse("--mlflow", text, address -> Address.of(address, System.getenv()));
    }

    /// Those who listen, to be closed after the run.
    record Trackers(List<Closeable> open) implements Closeable {
        @Override
        public void close() throws IOException {
            for (var one : open.reversed()) one.close();
        }
    }

    Trackers open(Trainer trainer, ProgressReport progress, Values values) throws IOException {
        var open = new ArrayList<Closeable>();
        if (live != null) add(live(trainer, progress, values), trainer, open); // the first, to be closed last
        if (tensorboard != null) {
            var folder = tensorboard.isEmpty() ? trainer.folder().path().resolve("tensorboard") : Path.of(tensorboard);
            add(new TensorBoard(trainer, folder, progress::say), trainer, open);
        }
        if (mlflow != null)
            add(
                    new Mlflow(trainer, address(values), experiment == null ? "thalweg" : experiment, progress::say),
                    trainer,
                    open);
        return new Trackers(open);
    }

    private Live live(Trainer trainer, ProgressReport progress, Values values) throws IOException {
        var port = port(values);
        if (port == null) return Live.anywhere(trainer, control, progress::say);
        try {
            return Live.at(port, trainer, control, progress::say);
        } catch (BindException e) {
            throw taken(port, values);
        }
    }

    private static <T extends Listener & Closeable> void add(T tracker, Trainer trainer, List<Closeable> open) {
        trainer.listen(tracker);
        open.add(tracker);
    }
}
