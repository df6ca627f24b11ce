package dev.thalweg.bench.libtorch;

import dev.thalweg.bench.Measurement;
import dev.thalweg.bench.Net;
import dev.thalweg.bench.SyntheticBatch;
import dev.thalweg.bench.Task;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Optimizer;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/// Measures libtorch's step.
///
/// Tuned, tensors lie channels-last and the number of threads is set; the environment that belongs
/// to it is set by who starts the process. As it comes, all is left to libtorch: (N, C, H, W), its
/// own number of threads.
///
/// Precision `bf16` is what its documentation advises: in training automatic casting, with float32
/// parameters; at inference parameters and input in bf16. `amp` is automatic casting in both.
final class Subject {
    private static final long SEED = 1;
    private static final double RATE = 1e-4;
    private static final long MEAN = 1;
    private static final long IGNORE_NONE = -100;
    /// Steps between two looks at the loss, as in real training.
    private static final int LOOK = 16;

    private final Task task;
    private final boolean casts;
    private final Nets.Layer network;
    private final Tensor images;
    private final Tensor labels;
    private long steps;
    private double loss = Double.NaN;

    private Subject(Task task, Nets nets, ScalarType weights) {
        this.task = task;
        var net = task.workload().net();
        network = nets.of(net);
        long[] shape = LongStream.concat(
                        LongStream.of(task.batch()), net.input().stream().mapToLong(Integer::longValue))
                .toArray();
        casts = task.precision().equals("amp")
                || (task.precision().equals("bf16") && task.workload().training());
        var batch = SyntheticBatch.of(task);
        images = nets.laidOut(
                        torch.from_blob(new FloatPointer(batch.images()), shape).clone())
                .to(weights);
        labels = torch.from_blob(
                        new IntPointer(batch.labels()), new long[] {task.batch()}, new TensorOptions(ScalarType.Int))
                .to(ScalarType.Long);
    }

    static void main(String[] arguments) {
        var task = Task.parse(arguments);
        if (task.threads() > 0 || task.tuned()) torch.set_num_threads(task.threadsOrAll());
        torch.manual_seed(SEED);
        boolean training = task.workload().training();
        var weights = task.precision().equals("bf16") && !training ? ScalarType.BFloat16 : ScalarType.Float;
        var nets = new Nets(task.tuned(), training, weights);
        var subject = new Subject(task, nets, weights);
        Runnable step = training ? subject.training(nets) : subject::infer;
        Measurement.run(
                task,
                "libtorch",
                nets.parameters(),
                step,
                result -> result.with("settled", subject.casts ? "amp" : weights)
                        .with("threads", torch.get_num_threads())
                        .with("loss", subject.loss));
        System.exit(0); // its threads would keep the process
    }

    private Runnable training(Nets nets) {
        var net = task.workload().net();
        var optimizer = optimizer(net, new TensorVector(nets.trained().toArray(Tensor[]::new)));
        return () -> {
            try (var _ = new PointerScope()) {
                autocast(true);
                var scores = network.apply(images);
                var error = torch.cross_entropy_loss(
                        scores.to(ScalarType.Float), labels, Nets.NONE, MEAN, IGNORE_NONE, net.smoothing());
                autocast(false);
                optimizer.zero_grad();
                error.backward();
                optimizer.step();
                if (steps++ % LOOK == 0) loss = error.item_double();
            }
        };
    }

    private void infer() {
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            autocast(true);
            loss = network.apply(images).sum().item_double();
            autocast(false);
        }
    }

    private void autocast(boolean on) {
        if (!casts) return;
        torch.set_autocast_enabled(DeviceType.CPU, on);
        if (!on) torch.clear_cache();
    }

    private static Optimizer optimizer(Net net, TensorVector parameters) {
        if (net.trainedByAdam()) return new Adam(parameters, new AdamOptions(RATE));
        var options = new SGDOptions(RATE);
        options.momentum().put(net.momentum());
        options.nesterov().put(net.nesterov());
        return new SGD(parameters, options);
    }
}
