package dev.thalweg.bench.libtorch;

import dev.thalweg.bench.Measurement;
import dev.thalweg.bench.UpdateTask;
import dev.thalweg.bench.Updates;
import dev.thalweg.bench.Windows;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adagrad;
import org.bytedeco.pytorch.AdagradOptions;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.Optimizer;
import org.bytedeco.pytorch.RMSprop;
import org.bytedeco.pytorch.RMSpropOptions;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/// Measures one update of the parameters of [Updates] by libtorch's optimizer of one rule. Two ways take turns, and
/// the faster counts: tensors as a network has them, whose intermediate results the caches may hold, and all
/// parameters in one tensor, with the fewest calls.
final class UpdateSpeed {
    private static final double MU = 0.9;

    private UpdateSpeed() {}

    static void main(String[] arguments) {
        var given = UpdateTask.parse(arguments);
        var task = given.task();
        if (task.threads() > 0 || task.tuned()) torch.set_num_threads(task.threadsOrAll());
        var tensors = update(given, Updates.TENSORS, Updates.EDGE);
        var one = update(given, 1, Updates.PARAMETERS / Updates.EDGE);
        var works = List.of(tensors, one);
        for (var work : works) Measurement.warm(work, task.timing().warm() / works.size());
        var windows = Windows.inTurns(works, task.timing());
        var faster = windows.get(windows.get(0).median() > windows.get(1).median() ? 0 : 1);
        System.out.println(given.result("libtorch", torch.get_num_threads())
                .with("ms", 1e3 / faster.median())
                .with("ms_in_tensors", 1e3 / windows.get(0).median())
                .with("ms_in_one", 1e3 / windows.get(1).median())
                .with("clean", faster.clean())
                .with("dirty", faster.dirty()));
        System.out.flush();
        System.exit(0); // its threads would keep the process
    }

    private static Runnable update(UpdateTask given, int count, long rows) {
        var parameters = new TensorVector();
        for (int i = 0; i < count; i++) {
            var parameter = noise(rows);
            parameter.set_requires_grad(true);
            parameter.mutable_grad().put(noise(rows));
            parameters.push_back(parameter);
        }
        var optimizer = optimizer(given.rule(), given.decay(), parameters);
        return () -> {
            try (var _ = new PointerScope()) {
                optimizer.step();
            }
        };
    }

    private static Tensor noise(long rows) {
        return torch.randn(rows, Updates.EDGE).mul(new Scalar(0.01));
    }

    private static Optimizer optimizer(String rule, double decay, TensorVector parameters) {
        return switch (rule) {
            case "sgd" -> sgd(parameters, decay, 0, false);
            case "momentum" -> sgd(parameters, decay, MU, false);
            case "nesterov" -> sgd(parameters, decay, MU, true);
            case "adagrad" -> adaGrad(parameters, decay);
            case "rmsprop" -> rmsProp(parameters, decay, false, 0);
            case "rmsprop:centred=true" -> rmsProp(parameters, decay, true, 0);
            case "rmsprop:momentum=0.9" -> rmsProp(parameters, decay, false, MU);
            case "rmsprop:centred=true,momentum=0.9" -> rmsProp(parameters, decay, true, MU);
            case "adam" -> adam(parameters, decay, false);
            case "amsgrad" -> adam(parameters, decay, true);
            case "adamw" -> new AdamW(parameters, new AdamWOptions(Updates.RATE));
            default -> throw new IllegalArgumentException("libtorch has no rule '%s'".formatted(rule));
        };
    }

    private static Optimizer sgd(TensorVector parameters, double decay, double momentum, boolean nesterov) {
        var options = new SGDOptions(Updates.RATE);
        options.weight_decay().put(decay);
        options.momentum().put(momentum);
        options.nesterov().put(nesterov);
        return new SGD(parameters, options);
    }

    private static Optimizer adaGrad(TensorVector parameters, double decay) {
        var options = new AdagradOptions(Updates.RATE);
        options.weight_decay().put(decay);
        return new Adagrad(parameters, options);
    }

    private static Optimizer rmsProp(TensorVector parameters, double decay, boolean centred, double momentum) {
        var options = new RMSpropOptions(Updates.RATE);
        options.weight_decay().put(decay);
        options.centered().put(centred);
        options.momentum().put(momentum);
        return new RMSprop(parameters, options);
    }

    private static Optimizer adam(TensorVector parameters, double decay, boolean amsGrad) {
        var options = new AdamOptions(Updates.RATE);
        options.weight_decay().put(decay);
        options.amsgrad().put(amsGrad);
        return new Adam(parameters, options);
    }
}
