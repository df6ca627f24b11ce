package dev.thalweg.bench.libtorch;

import dev.thalweg.bench.Result;
import dev.thalweg.data.DataSets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/// The recipe airbench94 (Jordan, 2024, arXiv:2404.00498; KellerJordan/cifar10-airbench) on
/// libtorch: what accuracy and time our own are to be compared with. Pictures are read by our reader
/// and varied here, so that both sides see the same bytes.
final class Recipe {
    private static final int BATCH = 1024;
    private static final double SMOOTHING = 0.2;
    private static final double MOMENTUM = 0.85;
    /// The published rate and decay are for one example of a batch under momentum.
    private static final double UNIT = 1024 * (1 + 1 / (1 - MOMENTUM));

    private static final double RATE = 11.5 / UNIT;
    private static final double DECAY = 0.0153 * BATCH / UNIT;
    private static final double SHIFT_RATE = 64;
    private static final double WARM_SHARE = 0.23;
    private static final double FIRST_FACTOR = 0.2;
    private static final double LAST_FACTOR = 0.07;
    private static final int BIAS_EPOCHS = 3;
    private static final int LOOKAHEAD_STEPS = 5;
    private static final double LOOKAHEAD_DECAY = 0.95;
    private static final int SHIFT = 2;
    private static final long SUM = 2;
    private static final long IGNORE_NONE = -100;
    private static final int CLASSES = 10;

    private static final Set<String> KEYS =
            Set.of("--data", "--set", "--precision", "--epochs", "--seed", "--flip", "--limit", "--threads");

    /// One way to look at a test picture, and its share in the average.
    private record View(int shift, boolean mirrored, float share) {
        static final View[] PLAIN = {new View(0, false, 1)};
        static final View[] SIX = {
            new View(0, false, 0.25f),
            new View(0, true, 0.25f),
            new View(-1, false, 0.125f),
            new View(-1, true, 0.125f),
            new View(1, false, 0.125f),
            new View(1, true, 0.125f)
        };
    }

    private final Pixels train;
    private final float[][] table;
    private final Airbench network;
    private final boolean flip;
    private final SplittableRandom random;
    private final boolean[] mirroredFirst;
    private final int perEpoch;
    private final int total;
    private final float[] images;
    private final FloatPointer imagesNative;
    private final long[] labels = new long[BATCH];
    private final LongPointer labelsNative = new LongPointer(BATCH);
    private int step;
    private double lossSum;
    private int right;

    private Recipe(Pixels train, boolean casts, double epochs, long seed, boolean flip) {
        this.train = train;
        this.flip = flip;
        table = train.normalization();
        network = new Airbench(train, table, casts);
        random = new SplittableRandom(seed);
        mirroredFirst = new boolean[train.count()];
        if (flip) for (int i = 0; i < mirroredFirst.length; i++) mirroredFirst[i] = random.nextBoolean();
        perEpoch = train.count() / BATCH;
        if (perEpoch == 0)
            throw new IllegalArgumentException(
                    "a batch is of %d pictures, there are %d".formatted(BATCH, train.count()));
        total = (int) Math.ceil(perEpoch * epochs - 1e-9);
        images = new float[BATCH * train.size()];
        imagesNative = new FloatPointer(images.length);
    }

    static void main(String[] arguments) throws IOException {
        var given = options(arguments);
        String set = given.getOrDefault("--set", "cifar");
        boolean cifar = switch (set) {
            case "cifar" -> true;
            case "fashion" -> false;
            default -> throw new IllegalArgumentException("--set is cifar or fashion, got '%s'".formatted(set));
        };
        String precision = given.getOrDefault("--precision", "amp");
        if (!precision.equals("fp32") && !precision.equals("amp"))
            throw new IllegalArgumentException("--precision is fp32 or amp, got '%s'".formatted(precision));
        double epochs = Double.parseDouble(given.getOrDefault("--epochs", cifar ? "9.9" : "8"));
        long seed = Long.parseLong(given.getOrDefault("--seed", "1"));
        int limit = Integer.parseInt(given.getOrDefault("--limit", "" + Integer.MAX_VALUE));
        int threads = Integer.parseInt(
                given.getOrDefault("--threads", "" + Runtime.getRuntime().availableProcessors()));
        boolean flip = Boolean.parseBoolean(given.getOrDefault("--flip", "true"));
        if (!given.containsKey("--data")) throw new IllegalArgumentException("--data PATH is missing");
        var data = folder(Path.of(given.get("--data")), cifar ? "cifar10" : "fashion-mnist");

        torch.set_num_threads(threads);
        torch.manual_seed(seed);
        Pixels train;
        Pixels test;
        try (var source = DataSets.open(data.toString())) {
            System.out.println(source);
            train = Pixels.of(source.train(), limit);
            test = Pixels.of(source.test(), limit);
        }
        var recipe = new Recipe(train, precision.equals("amp"), epochs, seed, flip);
        var result = recipe.run(test)
                .with("set", set)
                .with("precision", precision)
                .with("epochs", epochs)
                .with("seed", seed)
                .with("flip", flip);
        var lossless = data.resolve("lossless");
        if (cifar && Files.isDirectory(lossless))
            try (var source = DataSets.open(lossless.toString())) {
                var records = Pixels.of(source.test(), limit);
                result = result.with("lossless_records", records.count())
                        .with("lossless_plain", recipe.accuracy(records, View.PLAIN))
                        .with("lossless_averaged", recipe.accuracy(records, View.SIX));
            }
        System.out.println(result);
        System.exit(0); // libtorch's threads would keep the process
    }

    private static Map<String, String> options(String[] arguments) {
        var given = new HashMap<String, String>();
        for (int i = 0; i < arguments.length; i += 2) {
            if (!KEYS.contains(arguments[i]) || i + 1 == arguments.length)
                throw new IllegalArgumentException(
                        "expected one of %s with a value, got '%s'".formatted(KEYS, arguments[i]));
            given.put(arguments[i], arguments[i + 1]);
        }
        return given;
    }

    /// The folder itself, or the one in it that is named after the set.
    private static Path folder(Path path, String name) {
        return Files.isDirectory(path.resolve(name)) ? path.resolve(name) : path;
    }

    private Result run(Pixels test) {
        System.out.printf("%d steps of %d pictures%n", total, BATCH);
        double seconds = 0;
        for (int epoch = 0; step < total; epoch++) {
            long begin = System.nanoTime();
            int before = step;
            lossSum = 0;
            right = 0;
            epoch(epoch);
            double elapsed = (System.nanoTime() - begin) / 1e9;
            seconds += elapsed;
            int seen = (step - before) * BATCH;
            System.out.printf(
                    "epoch %2d  loss %.4f  train %.2f %%  test %.2f %%  %.1f s, %.0f images/s%n",
                    epoch + 1,
                    lossSum / seen,
                    100.0 * right / seen,
                    accuracy(test, View.PLAIN),
                    elapsed,
                    seen / elapsed);
        }
        return new Result("RECIPE")
                .with("library", "libtorch")
                .with("recipe", "airbench94")
                .with("steps", step)
                .with("plain", accuracy(test, View.PLAIN))
                .with("averaged", accuracy(test, View.SIX))
                .with("seconds", seconds)
                .with("images_per_s", step * (double) BATCH / seconds);
    }

    private void epoch(int epoch) {
        if (epoch == BIAS_EPOCHS) {
            network.whiteningBias().live = false;
            network.whiteningBias().value.set_requires_grad(false);
        }
        int[] order = shuffled();
        for (int b = 0; b < perEpoch && step < total; b++) {
            for (int k = 0; k < BATCH; k++) {
                int i = order[b * BATCH + k];
                labels[k] = train.labels()[i];
                int dy = random.nextInt(2 * SHIFT + 1) - SHIFT;
                int dx = random.nextInt(2 * SHIFT + 1) - SHIFT;
                boolean mirrored = flip && mirroredFirst[i] != (epoch % 2 == 1);
                train.render(i, table, dy, dx, mirrored, images, k);
            }
            step();
        }
    }

    private int[] shuffled() {
        var order = new int[train.count()];
        for (int i = 0; i < order.length; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    private void step() {
        try (var _ = new PointerScope()) {
            labelsNative.put(labels, 0, BATCH);
            var wanted = torch.from_blob(labelsNative, new long[] {BATCH}, new TensorOptions(ScalarType.Long));
            var scores = network.scores(input(BATCH), true);
            var loss = torch.cross_entropy_loss(scores, wanted, Nets.NONE, SUM, IGNORE_NONE, SMOOTHING);
            for (var state : network.trained()) state.value.mutable_grad().reset();
            loss.backward();
            double value = loss.item_double();
            if (!Double.isFinite(value))
                throw new IllegalStateException("the loss is %s at step %d".formatted(value, step));
            lossSum += value;
            right += right(values(scores.detach(), BATCH), labels, 0, BATCH);
            try (var _ = new NoGradGuard()) {
                update(factor());
                step++;
                if (step % LOOKAHEAD_STEPS == 0)
                    average(Math.pow(LOOKAHEAD_DECAY, LOOKAHEAD_STEPS) * Math.pow((double) step / total, 3));
                if (step == total) average(1);
            }
        }
    }

    /// The learning rate's triangle.
    private double factor() {
        int warm = (int) (total * WARM_SHARE);
        return step < warm
                ? FIRST_FACTOR + (1 - FIRST_FACTOR) * step / warm
                : 1 - (1 - LAST_FACTOR) * (step - warm) / (total - warm);
    }

    /// Nesterov's momentum with coupled decay, independent of each group's rate.
    private void update(double factor) {
        for (var state : network.trained()) {
            if (!state.live) continue;
            double rate = state.shift ? SHIFT_RATE * RATE : RATE;
            var gradient = state.value.grad().add(state.value, new Scalar(DECAY / rate));
            state.velocity.mul_(new Scalar(MOMENTUM)).add_(gradient);
            gradient.add_(state.velocity, new Scalar(MOMENTUM));
            state.value.add_(gradient, new Scalar(-rate * factor));
        }
    }

    /// Look-ahead: everything moves to its average, of which `decay` is old.
    private void average(double decay) {
        for (var state : network.states()) {
            state.slow.lerp_(state.value, new Scalar(1 - decay));
            state.value.copy_(state.slow);
        }
    }

    private Tensor input(int count) {
        imagesNative.position(0).put(images, 0, count * train.size());
        return torch.from_blob(imagesNative, count, train.side(), train.side(), train.channels())
                .permute(0, 3, 1, 2);
    }

    /// Per cent of the pictures whose greatest averaged score is at their label.
    private double accuracy(Pixels pixels, View[] views) {
        int hits = 0;
        try (var _ = new NoGradGuard()) {
            for (int from = 0; from < pixels.count(); from += BATCH) {
                int count = Math.min(BATCH, pixels.count() - from);
                var sum = new float[count * CLASSES];
                for (var view : views) {
                    for (int k = 0; k < count; k++)
                        pixels.render(from + k, table, view.shift, view.shift, view.mirrored, images, k);
                    try (var _ = new PointerScope()) {
                        float[] scores = values(network.scores(input(count), false), count);
                        for (int i = 0; i < sum.length; i++) sum[i] += view.share * scores[i];
                    }
                }
                hits += right(sum, pixels.labels(), from, count);
            }
        }
        return 100.0 * hits / pixels.count();
    }

    private static float[] values(Tensor scores, int count) {
        var values = new float[count * CLASSES];
        scores.contiguous().data_ptr_float().get(values);
        return values;
    }

    private static int right(float[] scores, long[] labels, int from, int count) {
        int right = 0;
        for (int k = 0; k < count; k++) {
            int best = 0;
            for (int c = 1; c < CLASSES; c++) if (scores[k * CLASSES + c] > scores[k * CLASSES + best]) best = c;
            if (best == labels[from + k]) right++;
        }
        return right;
    }
}
