package dev.thalweg.bench.thalweg;

import com.sun.management.ThreadMXBean;
import dev.thalweg.bench.Measurement;
import dev.thalweg.bench.UpdateTask;
import dev.thalweg.bench.Updates;
import dev.thalweg.bench.Windows;
import dev.thalweg.optim.Decay;
import dev.thalweg.optim.Elementwise;
import dev.thalweg.optim.FirstOrder;
import dev.thalweg.train.RecipeFile;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/// Measures one update of the parameters of [Updates] by one rule, in turns with copying, so that the machine is in
/// the same mood for both.
final class UpdateSpeed {
    private static final int COUNTED = 4;

    private UpdateSpeed() {}

    static void main(String[] arguments) {
        var given = UpdateTask.parse(arguments);
        var timing = given.task().timing();
        int threads = given.task().threadsOrAll();
        if (!(RecipeFile.rule(given.rule()) instanceof FirstOrder rule))
            throw new IllegalArgumentException(given.rule() + " is a minimizer: it has no update to measure");
        try (var arena = Arena.ofShared()) {
            var update = new Update(rule, decay(rule, given.decay()), threads, arena);
            var works = new ArrayList<Runnable>(List.of(update));
            works.addAll(Copying.of(threads, arena).both());
            for (var work : works) Measurement.warm(work, timing.warm() / works.size());
            var windows = Windows.inTurns(works, timing);
            var updates = windows.getFirst();
            double copies = Math.max(windows.get(1).median(), windows.get(2).median());
            double bytes = update.bytesPerParameter();
            double rate = bytes * Updates.PARAMETERS * updates.median() / 1e9;
            var result = given.result("thalweg", threads);
            if (rule instanceof Elementwise) result = result.with("elementwise", "yes");
            System.out.println(result.with("ms", 1e3 / updates.median())
                    .with("bytes_per_parameter", bytes)
                    .with("gb_per_s", rate)
                    .with("copy_gb_per_s", Copying.rate(copies))
                    .with("time_over_copying", Copying.rate(copies) / rate)
                    .with("allocated_mb", allocated(update) / 1e6)
                    .with("clean", updates.clean())
                    .with("dirty", updates.dirty()));
        }
    }

    private static Decay decay(FirstOrder rule, double lambda) {
        var usual = rule.usual().decay();
        return lambda > 0 && usual.form() == Decay.Form.COUPLED ? Decay.coupled(lambda) : usual;
    }

    /// Bytes that an update allocates on this thread, one of the workers: registers that have become objects show
    /// in this.
    private static double allocated(Runnable update) {
        var bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = bean.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < COUNTED; i++) update.run();
        return (double) (bean.getCurrentThreadAllocatedBytes() - before) / COUNTED;
    }
}
