package dev.thalweg.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Processor time as Linux counts it, in hundredths of a second.
///
/// @param machine seconds for which processors were busy, for anyone, or taken away by a host
/// @param own seconds of this process
/// @param contender seconds of a competitor that is there on purpose
public record ProcessorTime(double machine, double own, double contender) {
    private static final double TICKS_PER_SECOND = 100;

    /// Columns of /proc/stat: user, nice, system, irq, softirq, steal. Not idle and iowait.
    private static final int[] BUSY = {1, 2, 3, 6, 7, 8};

    // Fields of /proc/PID/stat after the name in parentheses, which may hold spaces.
    private static final int USER = 11;
    private static final int SYSTEM = 12;
    private static final int STARTED = 19;

    /// The counts up to now.
    ///
    /// @param contender its process id, or 0
    public static ProcessorTime now(long contender) {
        String[] all =
                read("/proc/stat").lines().findFirst().orElseThrow().trim().split("\\s+");
        long busy = 0;
        for (int column : BUSY) busy += Long.parseLong(all[column]);
        return new ProcessorTime(busy / TICKS_PER_SECOND, of("self"), contender == 0 ? 0 : of("" + contender));
    }

    /// How many processors others used on average over `seconds` since `before`.
    double othersSince(ProcessorTime before, double seconds) {
        return (machine - before.machine - (own - before.own) - (contender - before.contender)) / seconds;
    }

    /// How many processors this process used on average over `seconds` since `before`.
    double ownSince(ProcessorTime before, double seconds) {
        return (own - before.own) / seconds;
    }

    /// Seconds since this process began, to a hundredth. The start time that Java gives has the
    /// resolution of a second here.
    public static double secondsSinceStart() {
        double up = Double.parseDouble(read("/proc/uptime").split(" ")[0]);
        return up - Long.parseLong(stat("self")[STARTED]) / TICKS_PER_SECOND;
    }

    /// One of the sizes in /proc/self/status, such as VmHWM (the peak of resident memory) or VmRSS,
    /// in bytes.
    public static long memory(String key) {
        return read("/proc/self/status")
                .lines()
                .filter(line -> line.startsWith(key + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst()
                .orElseThrow();
    }

    private static double of(String process) {
        String[] fields = stat(process);
        return (Long.parseLong(fields[USER]) + Long.parseLong(fields[SYSTEM])) / TICKS_PER_SECOND;
    }

    private static String[] stat(String process) {
        String line = read("/proc/" + process + "/stat");
        return line.substring(line.lastIndexOf(')') + 2).split(" ");
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
