package dev.thalweg.report.live;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/// What the page shows now, in parts, each with the version in which it last changed. Whoever knows an older version
/// is given what has changed since: nothing is queued for a slow reader, who skips what was in between.
///
/// For any thread.
final class Board {
    /// A part as JSON.
    private record Part(long version, String json) {}

    private final Map<String, Part> parts = new LinkedHashMap<>();
    private long version;
    private String pulse = "";
    private long pulses;
    private boolean over;
    private int readers;

    /// What a reader has not seen.
    ///
    /// @param version of the parts
    /// @param parts a JSON object of those that have changed; empty if none has
    /// @param pulse the latest, as JSON; empty if it was seen
    /// @param pulses how many there were
    /// @param over whether nothing more will come
    record News(long version, String parts, String pulse, long pulses, boolean over) {}

    /// Shows these parts; others stay as they are.
    synchronized void put(Map<String, String> fresh) {
        var changed = new HashMap<>(fresh);
        changed.entrySet().removeIf(entry -> {
            var known = parts.get(entry.getKey());
            return known != null && known.json().equals(entry.getValue());
        });
        if (changed.isEmpty()) return;
        version++;
        changed.forEach((name, json) -> parts.put(name, new Part(version, json)));
        notifyAll();
    }

    /// Shows how the run goes on at this moment.
    synchronized void pulse(String json) {
        pulse = json;
        pulses++;
        notifyAll();
    }

    /// Says that nothing more will come.
    synchronized void end() {
        over = true;
        notifyAll();
    }

    /// Everything.
    synchronized News all() {
        return since(0, 0);
    }

    /// Waits for something that is not known yet, `millis` at most.
    synchronized News await(long version, long pulses, long millis) throws InterruptedException {
        long end = System.nanoTime() + millis * 1_000_000;
        while (this.version <= version && this.pulses <= pulses && !over) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) break;
            wait(left);
        }
        return since(version, pulses);
    }

    private News since(long version, long pulses) {
        String changed = parts.entrySet().stream()
                .filter(entry -> entry.getValue().version() > version)
                .map(entry -> "\"" + entry.getKey() + "\":" + entry.getValue().json())
                .collect(Collectors.joining(","));
        return new News(
                this.version,
                changed.isEmpty() ? "" : "{" + changed + "}",
                this.pulses > pulses ? pulse : "",
                this.pulses,
                over);
    }

    synchronized void enter() {
        readers++;
    }

    synchronized void leave() {
        readers--;
        notifyAll();
    }

    synchronized boolean isRead() {
        return readers > 0;
    }

    /// Waits until nobody reads any more, `millis` at most.
    synchronized void awaitLeaving(long millis) throws InterruptedException {
        long end = System.nanoTime() + millis * 1_000_000;
        while (readers > 0) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) break;
            wait(left);
        }
    }
}
