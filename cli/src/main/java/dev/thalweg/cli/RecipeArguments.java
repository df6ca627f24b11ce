package dev.thalweg.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What can be typed to change a recipe, for the commands that make one; [RecipeOptions] says what it means. Null:
/// as the recipe has it.
final class RecipeArguments {
    private RecipeArguments() {}

    /// What is shown, and by which network.
    @Heading("Network and pictures")
    static final class Input {
        @Option(
                names = "--validation",
                paramLabel = "SHARE",
                description = "Take this share of each class's training examples for validation, where the data has no"
                        + " such part. Default: 0.")
        @Nullable
        Double validation;

        @Option(
                names = "--skip-unreadable",
                description = "Leave out pictures that cannot be read, instead of ending at the first: all are decoded"
                        + " once before training, and RUN/skipped.jsonl names those left out and why.")
        boolean skipUnreadable;

        @Option(
                names = "--model",
                paramLabel = "NAME",
                description = "The network; ./thalweg models lists them. Default: cifarnet for small pictures, resnet18"
                        + " for photos.")
        @Nullable
        String model;

        @Option(
                names = "--size",
                paramLabel = "HxW",
                description = "Size of the network's input in pixels, such as 64 or 64x48. Default: the pictures' own"
                        + " if they are small, 128 for photos.")
        @Nullable
        String size;

        @Option(
                names = "--augment",
                paramLabel = "SPEC",
                description = {
                    "What happens to training pictures at random: none, or several of these with commas between.",
                    "flip: mirrored or not.",
                    "alternating-flip: mirrored in every other epoch.",
                    "crop:P: shifted by up to P pixels, borders reflected.",
                    "resized-crop[:LEAST[-GREATEST]]: a part of this share of the area, resized; 0.08-1 by default.",
                    "cutout:S: a square of S pixels blanked."
                })
        @Nullable
        String augment;

        @Option(
                names = "--test-averaging",
                paramLabel = "VIEWS",
                description = "Views of each picture whose scores are averaged at test: none, mirror, or six (mirror"
                        + " and one-pixel shifts). Both accuracies are reported.")
        @Nullable
        String testAveraging;
    }

    /// How long, in which pieces, on what.
    @Heading("Course")
    static final class Course {
        @Option(
                names = "--epochs",
                paramLabel = "N",
                description = "Passes over the data; may be fractional. With a minimizer: its iterations, at most; 200"
                        + " unless given.")
        @Nullable
        Double epochs;

        @Option(names = "--batch", paramLabel = "N", description = "Examples whose gradient is computed at once.")
        @Nullable
        Integer batch;

        @Option(
                names = "--accumulate",
                paramLabel = "K",
                description = "Batches whose gradients are averaged for a step: a large batch in little memory.")
        @Nullable
        Integer accumulate;

        @Option(
                names = "--precision",
                paramLabel = "P",
                description = "auto, fp32 or bf16. Default: auto, bf16 where the processor multiplies it.")
        @Nullable
        String precision;

        @Option(names = "--threads", paramLabel = "N", description = "Threads of the step. Default: all processors.")
        @Nullable
        Integer threads;

        @Option(names = "--seed", paramLabel = "N", description = "What everything random follows from. Default: 0.")
        @Nullable
        Long seed;

        @Option(
                names = "--shuffle",
                paramLabel = "HOW",
                description =
                        "whole: in uniformly random order; N: in runs as they are stored, in random order and through"
                                + " a buffer of N examples. Default: whole, unless the files take more than half of the memory.")
        @Nullable
        String shuffle;

        @Option(
                names = "--cache",
                paramLabel = "SIZE",
                description =
                        "Memory for decoded pictures, such as 500MB or 4GB; none for none. All are kept if they fit,"
                                + " else none; results do not depend on it. Default: a quarter of Java's heap (-Xmx).")
        @Nullable
        String cache;

        @Option(
                names = "--checkpoint-every",
                paramLabel = "SECONDS",
                description = "Between checkpoints within an epoch. Default: 60.")
        @Nullable
        Double checkpointEvery;
    }

    /// By which rule the parameters move.
    @Heading("Optimization")
    static final class Rule {
        @Option(
                names = "--optimizer",
                paramLabel = "RULE",
                description =
                        "The update rule, perhaps with its settings: sgd, nesterov:mu=0.95, adamw, … (docs/OPTIMIZERS.md);"
                                + " and what goes around it, with + between: lookahead+sam:rho=0.1+nesterov. The learning rate"
                                + " follows unless --lr is given. Or a minimizer, which goes by the loss of all examples:"
                                + " lbfgs, newton-cg, … (docs/MINIMIZERS.md); --epochs are its iterations then, at most.")
        @Nullable
        String optimizer;

        @Option(
                names = "--lr",
                paramLabel = "RATE",
                description =
                        "The learning rate that the schedule scales; auto: what a short search suggests that comes"
                                + " first, see ./thalweg lr --help.")
        @Nullable
        String lr;
    }

    /// And how else.
    @Heading("Optimization")
    static final class Descent {
        @Option(
                names = "--schedule",
                paramLabel = "S",
                description = "How the rate changes: constant, cosine, triangle, one-cycle, polynomial, step-decay,"
                        + " multi-step, exponential, inverse-time, cosine-restarts, perhaps with settings, where 30e"
                        + " means 30 epochs: multi-step:milestones=30e/60e,gamma=0.1.")
        @Nullable
        String schedule;

        @Option(
                names = "--warmup",
                paramLabel = "STEPS",
                description = "Let the rate rise in a straight line first: a number of steps, or 5e for 5 epochs; 0"
                        + " for none.")
        @Nullable
        String warmup;

        @Option(names = "--weight-decay", paramLabel = "L", description = "Weight decay.")
        @Nullable
        Double weightDecay;

        @Option(
                names = "--decay",
                paramLabel = "FORM",
                description = "coupled: weight decay joins the gradient; decoupled: weights shrink by themselves, as"
                        + " in AdamW.")
        @Nullable
        String decay;

        @Option(
                names = "--label-smoothing",
                paramLabel = "S",
                description = "Share of each target that is spread over all classes.")
        @Nullable
        Double labelSmoothing;

        @Option(names = "--clip-norm", paramLabel = "L", description = "Shorten gradients of a greater norm.")
        @Nullable
        Double clipNorm;

        @Option(names = "--clip-value", paramLabel = "L", description = "Cut the gradient's elements to [-L, L].")
        @Nullable
        Double clipValue;

        @Option(
                names = "--clip-units",
                paramLabel = "L",
                description =
                        "Shorten the gradient of each unit to L times the norm of its weights (adaptive clipping).")
        @Nullable
        Double clipUnits;

        @Option(
                names = "--l1",
                paramLabel = "L",
                description = "Pull weights to 0 with the same force whatever their size (lasso; elastic net with"
                        + " --weight-decay). With --decay decoupled they become exactly 0.")
        @Nullable
        Double l1;

        @Option(
                names = "--sam",
                paramLabel = "RHO",
                description =
                        "Look for flat minima: take each gradient RHO uphill (0.05 is customary). Costs two steps for one.")
        @Nullable
        Double sam;

        @Option(names = "--centralise", description = "Take the mean off the gradient of each unit's weights.")
        boolean centralise;

        @Option(
                names = "--freeze",
                paramLabel = "GLOB",
                split = ",",
                description = "Parameters that are not trained, by name: 'layer1.*'; with @3, only until epoch 3.")
        @Nullable
        List<String> freeze;
    }
}
