package dev.thalweg.data.catalog;

import java.time.Duration;

/// Waits between attempts; tests replace it and wait for nothing.
@FunctionalInterface
public interface Pause {
    Pause REAL = duration -> Thread.sleep(duration);

    void of(Duration duration) throws InterruptedException;
}
