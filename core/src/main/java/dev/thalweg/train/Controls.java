package dev.thalweg.train;

import dev.thalweg.tensor.Require;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// The handles of a run that trains, for any thread. What is asked for happens between two steps. It is written into
/// `controls.jsonl` in the run's folder, without which the recipe would not determine the run any more: a run that is
/// resumed repeats it, and `result.json` names it.
public final class Controls {
    /// The greatest factor of the learning rate: whatever is beyond it was mistyped.
    public static final double LARGEST_FACTOR = 1000;

    private final ControlLog log;
    private final Queue<Request> requests = new ArrayDeque<>();
    /// Whether anything is waiting to be done, so that the training thread need not lock to see that nothing is.
    private volatile boolean asked;

    private volatile boolean paused;
    private volatile boolean stopAfterEpoch;
    private volatile boolean stopped;
    /// Whether a stop is waiting to be done.
    private volatile boolean stopAsked;

    private volatile double factor = 1;
    private long pausedNanos;

    private final boolean hasRate;

    private record Request(Control.What what, @Nullable Double value) {}

    /// @param hasRate whether there is a learning rate that could be changed
    Controls(ControlLog log, boolean hasRate) {
        this.log = log;
        this.hasRate = hasRate;
    }

    /// A checkpoint, then nothing more until [#proceed] or a stop.
    public void pause() {
        ask(Control.What.PAUSE, null);
    }

    /// Ends a pause, and takes back [#stopAfterEpoch].
    public void proceed() {
        ask(Control.What.PROCEED, null);
    }

    /// Asks the run to end when the epoch under way is over; it can be resumed. During a pause, that ends too.
    public void stopAfterEpoch() {
        ask(Control.What.STOP_AFTER_EPOCH, null);
    }

    /// Asks the run to end after the step under way, with a checkpoint; an iteration of a minimizer, which looks at all
    /// examples many times, is left unfinished.
    public void stop() {
        ask(Control.What.STOP, null);
    }

    /// From the next step on, multiplies the learning rate that the recipe and its schedule say.
    ///
    /// @param factor in (0, 1000]; 1 goes back to the recipe
    /// @throws IllegalArgumentException if the factor is none, or a minimizer trains
    public void learningRateFactor(double factor) {
        Require.that(
                0 < factor && factor <= LARGEST_FACTOR,
                "the factor of the learning rate must be in (0, %s], got %s",
                (int) LARGEST_FACTOR,
                factor);
        Require.that(hasRate, "a minimizer chooses its steps itself: there is no learning rate to change");
        ask(Control.What.LEARNING_RATE, factor);
    }

    /// Does to this run what `file`, the `controls.jsonl` of another one, says was done to that one's learning rate. To
    /// be called before [Trainer#run].
    ///
    /// @throws IOException if it cannot be read
    public void repeat(Path file) throws IOException {
        if (!Files.exists(file)) throw new NoSuchFileException(file.toString());
        repeat(ControlLog.read(file));
    }

    /// The same with what was noted elsewhere, such as in a [Provenance].
    public void repeat(List<Control> controls) throws IOException {
        for (var control : controls) if (control.what() == Control.What.LEARNING_RATE) log.add(control);
    }

    /// Whether the run rests.
    public boolean paused() {
        return paused;
    }

    /// Whether it is going to end with the epoch under way.
    public boolean stopsAfterEpoch() {
        return stopAfterEpoch;
    }

    /// What the recipe's learning rate is multiplied by now.
    public double learningRateFactor() {
        return factor;
    }

    /// Ends the run as Ctrl-C does: without a line in the log, since nobody needs to repeat it.
    synchronized void interrupt() {
        stopped = true;
        notifyAll();
    }

    private synchronized void ask(Control.What what, @Nullable Double value) {
        requests.add(new Request(what, value));
        stopAsked |= what == Control.What.STOP;
        asked = true;
        notifyAll();
    }

    /// What was done to the run in `folder`, in the order in which it happened.
    ///
    /// @throws IOException if it cannot be read
    public static List<Control> of(RunFolder folder) throws IOException {
        return ControlLog.of(folder).upTo(Long.MAX_VALUE);
    }

    // What follows is for the thread that trains.

    /// Hears what is done, on the thread that trains.
    interface Effect {
        void controlled(Control control) throws IOException;
    }

    /// Does what was asked for, `done` steps having been done; returns when the run is not paused.
    void obey(long done, Effect effect) throws IOException {
        while (asked || paused && !stopped) {
            var request = next();
            if (request == null) continue;
            if (!changesSomething(request)) continue;
            var control = new Control(done, request.what(), request.value());
            log.add(control);
            switch (request.what()) {
                case LEARNING_RATE -> {}
                case PAUSE -> paused = true;
                case PROCEED -> {
                    paused = false;
                    stopAfterEpoch = false;
                }
                case STOP_AFTER_EPOCH -> {
                    paused = false;
                    stopAfterEpoch = true;
                }
                case STOP -> stopped = true;
            }
            factor = log.factor(done);
            effect.controlled(control);
        }
        if (stopped) paused = false;
    }

    private boolean changesSomething(Request request) {
        return switch (request.what()) {
            case LEARNING_RATE -> request.value() != null && request.value() != factor;
            case PAUSE -> !paused;
            case PROCEED -> paused || stopAfterEpoch;
            case STOP_AFTER_EPOCH -> !stopAfterEpoch;
            case STOP -> !stopped;
        };
    }

    /// The next request, waited for during a pause; null if there is none after all.
    private synchronized @Nullable Request next() {
        long begin = System.nanoTime();
        boolean interrupted = false;
        while (requests.isEmpty() && paused && !stopped) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
                stopped = true; // whoever interrupts a thread wants it to come to an end
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
        pausedNanos += System.nanoTime() - begin;
        var request = requests.poll();
        asked = !requests.isEmpty();
        return request;
    }

    /// Whether there is something for [#obey] to do.
    boolean asked() {
        return asked;
    }

    /// Whether the run is to end now.
    ///
    /// @param epochOver whether an epoch has just been finished
    boolean stopping(boolean epochOver) {
        return stopped || stopAfterEpoch && epochOver;
    }

    /// Whether a step that takes long is to be left unfinished, because the run is to end as soon as may be.
    boolean leaving() {
        return stopped || stopAsked;
    }

    /// By what the learning rate of the step after `done` ones is multiplied.
    double factor(long done) {
        return factor = log.factor(done);
    }

    /// Nanoseconds that were spent in pauses.
    long pausedNanos() {
        return pausedNanos;
    }

    /// What had an influence on the first `done` steps: changes of the learning rate.
    List<Control> learningRates(long done) {
        return log.upTo(done).stream()
                .filter(control -> control.what() == Control.What.LEARNING_RATE && control.step() < done)
                .toList();
    }

    /// What was done up to `done` steps.
    List<Control> upTo(long done) {
        return log.upTo(done);
    }
}
