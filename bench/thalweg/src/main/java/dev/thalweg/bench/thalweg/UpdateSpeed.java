package dev.thalweg.bench.thalweg;

import dev.thalweg.bench.Measurement;
import dev.thalweg.bench.Result;
import dev.thalweg.bench.Task;
import dev.thalweg.bench.Updates;
import dev.thalweg.bench.Windows;
import dev.thalweg.optim.Decay;
import dev.thalweg.train.RecipeFile;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Measures one update of the parameters of [Updates] by one rule, in turns with copying, so that the machine is in
/// the same mood for both. The first argument is the rule, as on the command line.
final class UpdateSpeed {
    private UpdateSpeed() {}

    static void main(String[] arguments) {
        var task = Task.parse(Arrays.copyOfRange(arguments, 1, arguments.length));
        int threads = task.threadsOrAll();
        try (var arena = Arena.ofShared()) {
            var update = new Update(RecipeFile.rule(arguments[0]), Decay.NONE, threads, arena);
            var works = new ArrayList<Runnable>(List.of(update));
            works.addAll(Copying.of(threads, arena).both());
            for (var work : works) Measurement.warm(work, task.timing().warm());
            var windows = Windows.inTurns(works, task.timing());
            var updates = windows.getFirst();
            double copies = Math.max(windows.get(1).median(), windows.get(2).median());
            double bytes = update.bytesPerParameter();
            double rate = bytes * Updates.PARAMETERS * updates.median() / 1e9;
            System.out.println(new Result(Result.UPDATE)
                    .with("library", "thalweg")
                    .with("rule", arguments[0])
                    .with("threads", threads)
                    .with("ms", 1e3 / updates.median())
                    .with("bytes_per_parameter", bytes)
                    .with("gb_per_s", rate)
                    .with("copy_gb_per_s", Copying.rate(copies))
                    .with("time_over_copying", Copying.rate(copies) / rate)
                    .with("clean", updates.clean())
                    .with("dirty", updates.dirty()));
        }
    }
}
