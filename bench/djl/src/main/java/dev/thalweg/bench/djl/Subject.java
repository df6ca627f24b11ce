package dev.thalweg.bench.djl;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.Trainer;
import ai.djl.training.initializer.XavierInitializer;
import ai.djl.training.loss.Loss;
import ai.djl.training.loss.SoftmaxCrossEntropyLoss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import dev.thalweg.bench.Measurement;
import dev.thalweg.bench.Net;
import dev.thalweg.bench.SyntheticBatch;
import dev.thalweg.bench.Task;
import java.util.stream.LongStream;

/// Measures DJL's step.
final class Subject {
    private static final float RATE = 1e-4f;
    /// Steps between two looks at the loss.
    private static final int LOOK = 16;

    private final Task task;
    private final NDManager manager;
    private final NDArray images;
    private final NDArray numbers;
    private long steps;
    private double loss = Double.NaN;

    private Subject(Task task, NDManager manager, Shape input) {
        this.task = task;
        this.manager = manager;
        var batch = SyntheticBatch.of(task);
        images = manager.create(batch.images(), input);
        numbers = manager.create(batch.labels()).toType(DataType.INT64, false);
    }

    static void main(String[] arguments) {
        var task = Task.parse(arguments);
        if (!task.precision().equals("fp32"))
            throw new IllegalArgumentException("DJL is measured in fp32 only, got " + task.precision());
        var net = task.workload().net();
        var built = Nets.of(net);
        var model = Model.newInstance(net.toString());
        model.setBlock(built.network());
        var input = new Shape(LongStream.concat(
                        LongStream.of(task.batch()), net.input().stream().mapToLong(Integer::longValue))
                .toArray());
        var subject = new Subject(task, model.getNDManager(), input);
        Runnable step;
        if (task.workload().training()) {
            step = subject.training(model, input);
            if (built.frozen() != null) built.frozen().freezeParameters(true);
        } else {
            built.network().initialize(subject.manager, DataType.FLOAT32, input);
            step = subject.inference(model);
        }
        Measurement.run(task, "djl", parameters(built.network()), step, result -> result.with("loss", subject.loss));
        System.exit(0); // its threads would keep the process
    }

    private Runnable training(Model model, Shape input) {
        var net = task.workload().net();
        boolean smoothed = net.smoothing() > 0;
        Loss error = new SoftmaxCrossEntropyLoss("loss", 1, -1, !smoothed, true);
        Trainer trainer = model.newTrainer(new DefaultTrainingConfig(error)
                .optOptimizer(optimizer(net))
                .optInitializer(new XavierInitializer(), Parameter.Type.WEIGHT));
        trainer.initialize(input);
        // It has no label smoothing, but takes a distribution for a label.
        var labels = smoothed
                ? numbers.oneHot(net.classes())
                        .toType(DataType.FLOAT32, true)
                        .mul(1 - net.smoothing())
                        .add(net.smoothing() / net.classes())
                : numbers;
        return () -> {
            try (var inner = manager.newSubManager()) {
                images.attach(inner);
                labels.attach(inner);
                try (var collector = trainer.newGradientCollector()) {
                    var value = error.evaluate(new NDList(labels), trainer.forward(new NDList(images)));
                    collector.backward(value);
                    if (steps++ % LOOK == 0) loss = value.getFloat();
                }
                trainer.step();
                images.attach(manager);
                labels.attach(manager);
            }
        };
    }

    private Runnable inference(Model model) {
        Predictor<NDList, NDList> predictor = model.newPredictor(new NoopTranslator());
        return () -> {
            try (var inner = manager.newSubManager()) {
                images.attach(inner);
                var scores = predictor.predict(new NDList(images));
                scores.attach(inner);
                loss = scores.singletonOrThrow().sum().getFloat();
                images.attach(manager);
            } catch (TranslateException e) {
                throw new IllegalStateException(e);
            }
        };
    }

    private static Optimizer optimizer(Net net) {
        var rate = Tracker.fixed(RATE);
        return net.trainedByAdam()
                ? Optimizer.adam().optLearningRateTracker(rate).build()
                : Optimizer.sgd()
                        .setLearningRateTracker(rate)
                        .optMomentum((float) net.momentum())
                        .build();
    }

    /// Batch norm's running statistics count as parameters in DJL, not here.
    private static long parameters(Block network) {
        return network.getParameters().values().stream()
                .filter(parameter -> parameter.getType() != Parameter.Type.RUNNING_MEAN
                        && parameter.getType() != Parameter.Type.RUNNING_VAR)
                .mapToLong(parameter -> parameter.getArray().size())
                .sum();
    }
}
