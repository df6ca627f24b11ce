package dev.thalweg.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/// Ctrl-C and SIGTERM while it is open: the first asks, the second ends the process at once.
final class Signals implements AutoCloseable {
    private final Map<Signal, SignalHandler> before = new LinkedHashMap<>();

    Signals(Runnable first) {
        var asked = new AtomicBoolean();
        for (String name : new String[] {"INT", "TERM"}) {
            var signal = new Signal(name);
            try {
                var old = Signal.handle(signal, s -> {
                    if (asked.getAndSet(true)) Runtime.getRuntime().halt(Exit.STOPPED);
                    first.run();
                });
                before.put(signal, old);
            } catch (IllegalArgumentException e) {
                // not on this system, or java was told to leave signals alone
            }
        }
    }

    @Override
    public void close() {
        before.forEach(Signal::handle);
    }
}
