package dev.thalweg.report.mlflow;

import dev.thalweg.train.RunFolder;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Brings a run's record to the server, on a thread of its own, so that training waits for nothing. Where
/// there is no answer it tries again, at longer and longer intervals; what was not sent in the end is kept
/// in the run's folder and sent by the next process of the run.
final class Sender {
    /// Metrics that may wait; when there are more, those of steps are left out. Some 20 MB.
    private static final int CAPACITY = 200_000;

    /// @param collect how long metrics are collected before they are sent together
    /// @param retry the first wait after a failure; each next one is twice as long
    /// @param longest such wait
    /// @param end how long the end of a run may take for the last of it
    /// @param endWithoutAnswer the same where the server did not answer at last, or not yet at all
    record Pace(Duration collect, Duration retry, Duration longest, Duration end, Duration endWithoutAnswer) {
        static final Pace USUAL = new Pace(
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                Duration.ofSeconds(5));
    }

    private final Server server;
    private final Address address;
    private final RunFolder folder;
    private final Description description;
    private final Pace pace;
    private final Consumer<String> say;
    private final Thread thread;

    private final ConcurrentLinkedQueue<Metric> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger leftOut = new AtomicInteger();
    private final @Nullable RunFile before;

    /// How the run ended, once it has.
    private record End(String status, long millis) {}

    private volatile @Nullable End end;
    private volatile boolean failing;
    /// Whether the server was there when it was last spoken to.
    private volatile boolean answering;
    private volatile boolean done;

    // Of the sending thread, and of others when it has ended.
    private @Nullable RunFile file;
    private Server.@Nullable RunInfo record;
    private final List<Metric> batch = new ArrayList<>();
    private final Deque<Path> files = new ArrayDeque<>();
    private boolean updated;

    /// @param say hears what the user should know, from any thread
    Sender(Address address, RunFolder folder, Description description, Pace pace, Consumer<String> say)
            throws IOException {
        this.address = address;
        this.folder = folder;
        this.description = description;
        this.pace = pace;
        this.say = say;
        server = new Server(address);
        before = RunFile.read(folder)
                .filter(known -> known.server().equals(address.toString()))
                .orElse(null);
        file = before;
        for (var metric : RunFile.readUnsent(folder)) enqueue(metric);
        thread = Thread.ofVirtual().name("mlflow").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /// Takes a metric, unless an earlier process of the run has recorded it. Never waits.
    void add(Metric metric) {
        if (before != null && metric.step() <= before.recorded().getOrDefault(metric.kind(), -1L)) return;
        enqueue(metric);
    }

    private void enqueue(Metric metric) {
        if (metric.kind() == Metric.Kind.STEP && waiting.get() >= CAPACITY) {
            leftOut.incrementAndGet();
            return;
        }
        waiting.incrementAndGet();
        queue.add(metric);
    }

    private void run() {
        Duration wait = pace.retry();
        try {
            while (true) {
                try {
                    if (record == null) open();
                    answering = true;
                    send();
                    failing = false;
                    wait = pace.retry();
                    if (end != null && queue.isEmpty()) {
                        finish(end);
                        done = true;
                        return;
                    }
                    sleep(pace.collect());
                } catch (Server.Refusal e) {
                    if (!e.passing()) {
                        say.accept("Nothing more is recorded in MLflow, training goes on: %s: %s"
                                .formatted(address, e.getMessage()));
                        return;
                    }
                    wait = failed(e, wait);
                } catch (IOException e) {
                    wait = failed(e, wait);
                }
            }
        } catch (InterruptedException e) {
            // the end was waited for long enough
        } catch (RuntimeException e) {
            say.accept("Nothing more is recorded in MLflow, training goes on: %s".formatted(e));
        }
    }

    private Duration failed(IOException e, Duration wait) throws InterruptedException {
        if (!failing && !done)
            say.accept("MLflow cannot be reached, training goes on and it is tried again: %s: %s"
                    .formatted(address, reason(e)));
        failing = true;
        answering = false;
        sleep(wait);
        var longer = wait.multipliedBy(2);
        return longer.compareTo(pace.longest()) < 0 ? longer : pace.longest();
    }

    private static String reason(IOException e) {
        return switch (e) {
            case HttpTimeoutException timeout -> "no answer in time";
            case ConnectException refused -> "nothing answers there";
            default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        };
    }

    /// Ends early when the run does.
    private static void sleep(Duration time) throws InterruptedException {
        LockSupport.parkNanos(time.toNanos());
        if (Thread.interrupted()) throw new InterruptedException();
    }

    private void open() throws IOException, InterruptedException {
        if (file != null) {
            var found = server.run(file.run());
            if (found.isEmpty())
                say.accept("The run's record %s is not in MLflow any more: it gets a new one".formatted(file.run()));
            else server.update(file.run(), "RUNNING", 0);
            record = found.orElse(null);
        }
        if (record == null) {
            String experiment = server.experiment(description.experiment());
            record = server.create(experiment, description.name(), description.startMillis(), description.tags());
            file = new RunFile(address.toString(), description.experiment(), record.id(), false, Map.of());
            file.write(folder);
        }
        if (file != null && !file.described()) {
            var params = description.parameters();
            for (int i = 0; i < params.size(); i += Server.PARAMS)
                server.params(record.id(), params.subList(i, Math.min(params.size(), i + Server.PARAMS)));
            file = file.asDescribed();
            file.write(folder);
        }
        say.accept(
                "Recorded in MLflow: %s/#/experiments/%s/runs/%s".formatted(address, record.experiment(), record.id()));
    }

    /// Sends what has been collected. A batch that failed is sent again first: the server knows each metric by
    /// its step and time, so that one of which it had got a part does no harm.
    private void send() throws IOException, InterruptedException {
        if (record == null || file == null) return;
        while (true) {
            while (batch.size() < Server.METRICS) {
                var metric = queue.poll();
                if (metric == null) break;
                waiting.decrementAndGet();
                batch.add(metric);
            }
            if (batch.isEmpty()) break;
            server.metrics(record.id(), batch);
            file = file.with(batch);
            batch.clear();
            file.write(folder);
        }
        Files.deleteIfExists(RunFile.unsent(folder));
    }

    private void finish(End end) throws IOException, InterruptedException {
        if (record == null) return;
        if (!updated) server.update(record.id(), end.status(), end.millis());
        updated = true;
        var target = server.files(record);
        if (target.isEmpty()) {
            say.accept(
                    "MLflow keeps this run's files in %s, which the server does not write to itself: recipe, report and model stay in %s"
                            .formatted(record.artifactUri(), folder.path()));
            return;
        }
        try {
            for (; !files.isEmpty(); files.removeFirst())
                if (Files.isRegularFile(files.getFirst())) server.upload(target.get(), files.getFirst());
        } catch (Server.Refusal e) {
            if (e.passing()) throw e;
            say.accept("MLflow did not take %s, which stays in %s: %s"
                    .formatted(files.getFirst().getFileName(), folder.path(), e.getMessage()));
        }
    }

    /// Waits, but not long, until everything has been sent, and keeps the rest.
    ///
    /// @param status as the server has it
    /// @param files to be kept with the record, where they exist
    void end(String status, List<Path> files) throws IOException, InterruptedException {
        this.files.addAll(files);
        end = new End(status, System.currentTimeMillis());
        LockSupport.unpark(thread);
        thread.join(answering ? pace.end() : pace.endWithoutAnswer());
        boolean late = thread.isAlive();
        thread.interrupt();
        server.close();
        thread.join();
        if (done) {
            if (leftOut.get() > 0)
                say.accept("%,d metrics of steps were left out in MLflow: the server was away for too long"
                        .formatted(leftOut.get()));
            return;
        }
        keep(late);
    }

    private void keep(boolean late) throws IOException {
        var rest = new ArrayList<>(batch);
        rest.addAll(queue);
        if (file != null) file.with(rest).write(folder);
        if (!rest.isEmpty()) RunFile.writeUnsent(folder, rest);
        if (late || failing || !rest.isEmpty())
            say.accept("MLflow did not get everything%s; ./thalweg train --resume %s --mlflow=%s tries again"
                    .formatted(
                            rest.isEmpty()
                                    ? ""
                                    : ": %,d metrics are kept in %s".formatted(rest.size(), RunFile.unsent(folder)),
                            folder.path(),
                            address));
    }
}
