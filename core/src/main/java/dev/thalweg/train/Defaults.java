package dev.thalweg.train;

import dev.thalweg.data.Augmentation;
import dev.thalweg.data.DataSet;
import dev.thalweg.data.Dimensions;
import dev.thalweg.data.Examples;
import dev.thalweg.data.Flip;
import dev.thalweg.data.Preprocessing;
import dev.thalweg.data.ResizedCrop;
import dev.thalweg.data.SplitOptions;
import dev.thalweg.nn.CrossEntropy;
import dev.thalweg.optim.Clip;
import dev.thalweg.optim.Decay;
import dev.thalweg.optim.Group;
import dev.thalweg.optim.Nesterov;
import dev.thalweg.optim.Schedule;
import dev.thalweg.optim.Selector;
import dev.thalweg.step.PlanOptions;
import dev.thalweg.step.Precision;
import dev.thalweg.tensor.Role;
import java.io.IOException;
import java.util.List;

/// Recipes that are good for the data at hand without anybody's tuning.
public final class Defaults {
    /// Pictures up to this size are trained as they are, with networks for small pictures.
    private static final int SMALL = 64;
    /// Pictures looked at to find out how large they are.
    private static final int LOOKED_AT = 100;

    private Defaults() {}

    /// What a data set is like, as far as recipes go.
    ///
    /// @param uniform whether all pictures looked at have one size
    private record Look(int channels, int height, int width, boolean uniform, int examples) {
        static Look at(Examples train) throws IOException {
            int count = Math.min(LOOKED_AT, train.size());
            var picture = train.picture(0);
            var first = picture.dimensions();
            boolean uniform = true;
            for (int i = 1; i < count; i++) {
                Dimensions size = train.dimensions((int) ((long) i * train.size() / count));
                uniform &= size.equals(first);
            }
            int channels = picture.channels();
            for (int i = 1; i < count && channels == 1; i += 10)
                channels =
                        train.picture((int) ((long) i * train.size() / count)).channels();
            return new Look(channels, first.height(), first.width(), uniform, train.size());
        }

        boolean small() {
            return uniform && height <= SMALL && width <= SMALL;
        }
    }

    /// The recipe for the data at `source`, which is opened for a look and closed again.
    public static Recipe forData(String source) throws IOException {
        try (var data = dev.thalweg.data.DataSets.open(source)) {
            return forData(source, data);
        }
    }

    /// The recipe for `data`, which was opened from `source`.
    public static Recipe forData(String source, DataSet data) throws IOException {
        var look = Look.at(data.train());
        return look.small() ? smallPictures(source, look) : photos(source, look);
    }

    /// airbench94's network and recipe (Jordan, 2024, arXiv:2404.00498), with fewer epochs where there
    /// are more examples.
    private static Recipe smallPictures(String source, Look look) {
        double epochs = Math.clamp(Math.round(480_000.0 / look.examples()), 8, 60);
        int batch = batchFor(look.examples(), look.examples() >= 40_000 ? 1024 : 256);
        boolean digits = source.toLowerCase(java.util.Locale.ROOT).contains("mnist")
                && !source.toLowerCase(java.util.Locale.ROOT).contains("fashion");
        return airbench(
                source,
                new Recipe.Net("cifarnet", look.channels(), look.height(), look.width()),
                epochs,
                batch,
                digits ? Flip.NONE : Flip.ALTERNATING);
    }

    private static int batchFor(int examples, int wanted) {
        return Math.max(1, Math.min(wanted, Integer.highestOneBit(Math.max(1, examples / 4))));
    }

    /// The airbench94 recipe. Published for a loss that is summed over the batch of 1024, lr 11.5/k with
    /// k = 1024·(1 + 1/(1 − 0.85)); for the mean that is 1.5. Decay is 0.0153/11.5 of it, so that decay
    /// times rate stays; normalization shifts learn at 64 times the rate and 1/64 of the decay.
    static Recipe airbench(String source, Recipe.Net net, double epochs, int batch, Flip flip) {
        double decay = 0.0153 / 11.5;
        return new Recipe(
                new Recipe.Data(
                        source,
                        SplitOptions.DEFAULT.testShare(),
                        SplitOptions.DEFAULT.validationShare(),
                        SplitOptions.DEFAULT.seed(),
                        1),
                net,
                new Recipe.Training(epochs, batch, 1, Precision.AUTO, PlanOptions.defaultThreads(), 0, 60),
                new Recipe.Optimization(
                        new Nesterov(0.85),
                        1.5,
                        Schedule.Triangle.AIRBENCH,
                        Decay.coupled(decay).everywhere(),
                        List.of(new Group(
                                new Selector.ByRole(Role.NORM_SHIFT),
                                64,
                                Decay.coupled(decay / 64).everywhere())),
                        new Clip.None()),
                new CrossEntropy(0.2f, List.of()),
                new Augmentation(flip, 2, null),
                List.of(new Recipe.Freeze(new Selector.ByName("*whiten*.bias"), 3)),
                new Lookahead(5, Math.pow(0.95, 5), 3),
                flip == Flip.NONE ? Averaging.NONE : Averaging.MIRROR_AND_SHIFT);
    }

    /// ResNet-18 on 128-pixel crops: what two cores can train from scratch in minutes.
    private static Recipe photos(String source, Look look) {
        int batch = batchFor(look.examples(), 32);
        int stepsPerEpoch = Math.max(1, look.examples() / batch);
        double epochs = Math.clamp(Math.round(12_000.0 / look.examples()), 10, 60);
        return new Recipe(
                new Recipe.Data(
                        source,
                        SplitOptions.DEFAULT.testShare(),
                        SplitOptions.DEFAULT.validationShare(),
                        SplitOptions.DEFAULT.seed(),
                        Preprocessing.PHOTOGRAPHS),
                new Recipe.Net("resnet18", 3, 128, 128),
                new Recipe.Training(epochs, batch, 1, Precision.AUTO, PlanOptions.defaultThreads(), 0, 60),
                new Recipe.Optimization(
                        new Nesterov(0.9),
                        0.05,
                        new Schedule.Warmup(Math.max(1, 2L * stepsPerEpoch), new Schedule.Cosine(0)),
                        Decay.coupled(5e-4),
                        List.of(),
                        new Clip.None()),
                new CrossEntropy(0.1f, List.of()),
                new Augmentation(Flip.RANDOM, 0, ResizedCrop.INCEPTION),
                List.of(),
                null,
                Averaging.MIRROR);
    }
}
