package dev.thalweg.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Tells several listeners, in the order in which they came.
final class Listeners implements Listener {
    private final List<Listener> all = new ArrayList<>();

    void add(Listener listener) {
        all.add(listener);
    }

    @Override
    public void started(Progress progress) {
        for (var listener : all) listener.started(progress);
    }

    @Override
    public void step(Progress progress) {
        for (var listener : all) listener.step(progress);
    }

    @Override
    public void epoch(EpochReport report) {
        for (var listener : all) listener.epoch(report);
    }

    @Override
    public void checkpoint(Path file, long step) {
        for (var listener : all) listener.checkpoint(file, step);
    }

    @Override
    public void controlled(Control control) {
        for (var listener : all) listener.controlled(control);
    }

    @Override
    public void note(String sentence) {
        for (var listener : all) listener.note(sentence);
    }

    @Override
    public void finished(Result result) {
        for (var listener : all) listener.finished(result);
    }
}
