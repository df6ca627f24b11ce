package dev.thalweg.bench.libtorch;

import dev.thalweg.bench.Measurement;
import dev.thalweg.bench.Result;
import dev.thalweg.bench.Task;
import dev.thalweg.bench.Updates;
import dev.thalweg.bench.Windows;
import java.util.Arrays;
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
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/// Measures one update of the parameters of [Updates] by libtorch's optimizer of the rule that the first argument
/// names. Two ways take turns, and the report counts the faster: tensors as a network has them, whose intermediate
/// results the caches may hold, and all parameters in one tensor, with the fewest calls.
final class UpdateSpeed {
    private static final double MU = 0.9;

    private UpdateSpeed() {}

    static void main(String[] arguments) {
        var task = Task.parse(Arrays.copyOfRange(arguments, 1, arguments.length));
        if (task.threads() > 0 || task.tuned()) torch.set_num_threads(task.threadsOrAll());
        var tensors = update(arguments[0], Updates.TENSORS, Updates.EDGE);
        var one = update(arguments[0], 1, Updates.PARAMETERS / Updates.EDGE);
        for (var work : List.of(tensors, one))
            Measurement.warm(work, task.timing().warm());
        var windows = Windows.inTurns(List.of(tensors, one), task.timing());
        var faster = windows.get(windows.get(0).median() > windows.get(1).median() ? 0 : 1);
        System.out.println(new Result(Result.UPDATE)
                .with("library", "libtorch")
                .with("rule", arguments[0])
                .with("threads", torch.get_num_threads())
                .with("ms", 1e3 / faster.median())
                .with("ms_in_tensors", 1e3 / windows.get(0).median())
                .with("ms_in_one", 1e3 / windows.get(1).median())
                .with("clean", faster.clean())
                .with("dirty", faster.dirty()));
        System.out.flush();
        System.exit(0); // its threads would keep the process
    }

    private static Runnable update(String rule, int count, long rows) {
        var parameters = new TensorVector();
        for (int i = 0; i < count; i++) {
            var parameter = torch.randn(rows, Updates.EDGE).mul(new Scalar(0.01));
            parameter.set_requires_grad(true);
            parameter.mutable_grad().put(torch.randn(rows, Updates.EDGE).mul(new Scalar(0.01)));
            parameters.push_back(parameter);
        }
        var optimizer = optimizer(rule, parameters);
        return () -> {
            try (var _ = new PointerScope()) {
                optimizer.step();
            }
        };
    }

    private static Optimizer optimizer(String rule, TensorVector parameters) {
        return switch (rule) {
            case "sgd" -> sgd(parameters, 0, false);
            case "momentum" -> sgd(parameters, MU, false);
            case "nesterov" -> sgd(parameters, MU, true);
            case "adagrad" -> new Adagrad(parameters, new AdagradOptions(Updates.RATE));
            case "rmsprop" -> rmsProp(parameters, false, 0);
            case "rmsprop:centred=true" -> rmsProp(parameters, true, 0);
            case "rmsprop:momentum=0.9" -> rmsProp(parameters, false, MU);
            case "rmsprop:centred=true,momentum=0.9" -> rmsProp(parameters, true, MU);
            case "adam" -> adam(parameters, false);
            case "amsgrad" -> adam(parameters, true);
            case "adamw" -> new AdamW(parameters, new AdamWOptions(Updates.RATE));
            default -> throw new IllegalArgumentException("libtorch has no rule '%s'".formatted(rule));
        };
    }

    private static Optimizer sgd(TensorVector parameters, double momentum, boolean nesterov) {
        var options = new SGDOptions(Updates.RATE);
        options.momentum().put(momentum);
        options.nesterov().put(nesterov);
        return new SGD(parameters, options);
    }

    private static Optimizer rmsProp(TensorVector parameters, boolean centred, double momentum) {
        var options = new RMSpropOptions(Updates.RATE);
        options.centered().put(centred);
        options.momentum().put(momentum);
        return new RMSprop(parameters, options);
    }

    private static Optimizer adam(TensorVector parameters, boolean amsGrad) {
        var options = new AdamOptions(Updates.RATE);
        options.amsgrad().put(amsGrad);
        return new Adam(parameters, options);
    }
}
