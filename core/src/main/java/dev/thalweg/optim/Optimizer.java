package dev.thalweg.optim;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Layout;
import dev.thalweg.tensor.MatrixProducts;
import dev.thalweg.tensor.Parameter;
import dev.thalweg.tensor.Vectors;
import dev.thalweg.tensor.Workers;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Applies a [FirstOrder] rule to a network's parameters: gives each its group's learning rate and
/// decay, clips, and shares elements ([Elementwise]) or tensors ([Tensorwise]) out among the workers in
/// fixed parts, so that no bit depends on how many there are. Holds the rule's memory. A step does not
/// allocate.
///
/// Parameters that are frozen, and tensors that no gradient trains (running statistics), are never
/// touched.
///
/// Not for use by several threads at once.
public final class Optimizer {
    private final FirstOrder rule;
    private final Layout layout;
    private final Clip clip;
    private final Rows rows;
    private final Workers workers;
    private final Memory memory;
    private final Scratch[] scratches;
    private final Map<String, FlatVector> named;
    private final Workers.Job updateJob = this::update;
    private final Workers.Job rowJob = this::treatRows;
    private final Workers.Job normJob = this::sumSquares;
    private Plan plan;
    private double gradientNorm = Double.NaN;

    /// For [FirstOrder#begin].
    private final Terms general = new Terms();

    // What the jobs of the present step read.
    private double scale;
    private @Nullable FlatVector theta;
    private @Nullable FlatVector gradient;

    /// @param groups asked in order; together they must select every trained parameter
    /// @param arena holds the memory; shared if the workers are several threads
    public Optimizer(FirstOrder rule, Layout layout, List<Group> groups, Clip clip, Workers workers, Arena arena) {
        this(rule, layout, groups, clip, false, workers, arena);
    }

    /// @param centralise whether gradients are centralised ([Rows])
    public Optimizer(
            FirstOrder rule,
            Layout layout,
            List<Group> groups,
            Clip clip,
            boolean centralise,
            Workers workers,
            Arena arena) {
        this(rule, layout, groups, clip, centralise, workers, MatrixProducts.JAVA, arena);
    }

    /// @param products multiplies the matrices of rules that do so; one that knows nothing of a plan's end
    /// @param arena holds the memory and what products need; shared if the workers are several threads
    public Optimizer(
            FirstOrder rule,
            Layout layout,
            List<Group> groups,
            Clip clip,
            boolean centralise,
            Workers workers,
            MatrixProducts products,
            Arena arena) {
        this.rule = rule;
        this.layout = layout;
        this.clip = clip;
        this.rows = new Rows(centralise, clip instanceof Clip.Adaptive adaptive ? adaptive : null);
        this.workers = workers;
        this.scratches = new Scratch[workers.count()];
        Arrays.setAll(scratches, w -> new Scratch(products, arena));
        this.memory = rule.start(layout, arena);
        var named = new LinkedHashMap<String, FlatVector>();
        memory.named().forEach((name, vector) -> named.put(rule.name() + "." + name, vector));
        this.named = Collections.unmodifiableMap(named);
        this.plan = plan(groups);
    }

    private Plan plan(List<Group> groups) {
        return new Plan(layout, List.copyOf(groups), scratches, rule, memory);
    }

    /// Moves `theta` by one step.
    ///
    /// @param step 1 for the first of the run; a [Schedule] counts from 0
    /// @param learningRate α, before the groups' multipliers
    public void step(FlatVector theta, FlatVector gradient, long step, double learningRate) {
        step(theta, gradient, step, learningRate, 1);
    }

    /// Moves `theta` by one step along `gradientScale × gradient`.
    ///
    /// @param step 1 for the first of the run; a [Schedule] counts from 0
    /// @param learningRate α, before the groups' multipliers
    /// @param gradientScale 1/k where `gradient` is a sum over k micro-batches ([Accumulator])
    /// @throws ArithmeticException if clipping by norm meets a norm that is not finite; nothing has
    ///     changed then
    public void step(FlatVector theta, FlatVector gradient, long step, double learningRate, double gradientScale) {
        long n = layout.length();
        if (theta.length() != n) throw illegal("expected parameters of %s elements, got %s", n, theta.length());
        if (gradient.length() != n) throw illegal("expected a gradient of %s elements, got %s", n, gradient.length());
        if (step < 1) throw illegal("the step must be at least 1, got %s", step);
        if (!(0 <= learningRate && learningRate < Float.MAX_VALUE))
            throw illegal("the learning rate must be in [0, ∞), got %s", learningRate);
        if (!(0 < gradientScale && gradientScale < Float.MAX_VALUE))
            throw illegal("the gradient's scale must be in (0, ∞), got %s", gradientScale);
        theta.requireRange(0, n);
        gradient.requireRange(0, n);
        memory.requireOpen();
        this.theta = theta;
        this.gradient = gradient;
        double scale = gradientScale, limit = Double.POSITIVE_INFINITY;
        this.scale = scale;
        if (rows.any()) workers.run(rowJob);
        switch (clip) {
            case Clip.None none -> {}
            case Clip.Adaptive adaptive -> {}
            case Clip.ByValue byValue -> limit = byValue.limit();
            case Clip.ByNorm byNorm -> {
                gradientNorm = gradientScale * norm();
                if (!Double.isFinite(gradientNorm))
                    throw new ArithmeticException("the norm of the gradient at step %s is %s; nothing was changed"
                            .formatted(step, gradientNorm));
                if (gradientNorm > byNorm.limit()) scale *= byNorm.limit() / gradientNorm;
            }
        }
        for (var share : plan.shares) share.refill(step, learningRate, scale, limit);
        general.step = step;
        general.learningRate = learningRate;
        rule.begin(memory, general);
        workers.run(updateJob);
        this.theta = null;
        this.gradient = null;
    }

    /// In place of [Require], whose arguments are boxed even where the condition holds.
    private static IllegalArgumentException illegal(String sentence, Object... values) {
        return new IllegalArgumentException(sentence.formatted(values));
    }

    private void update(int worker, int count) {
        var theta = this.theta;
        var gradient = this.gradient;
        if (theta == null || gradient == null) return;
        if (rule instanceof Elementwise elementwise)
            for (var range : plan.parts[worker])
                elementwise.update(memory, theta, gradient, range.from, range.to, range.share.terms[worker]);
        else for (var task : plan.tasks[worker]) task.update.apply(theta, gradient, task.share.terms[worker]);
    }

    private void treatRows(int worker, int count) {
        var theta = this.theta;
        var gradient = this.gradient;
        if (theta == null || gradient == null) return;
        for (var parameter : plan.tensors[worker]) rows.treat(parameter, theta, gradient, scale);
    }

    private double norm() {
        workers.run(normJob);
        double sum = 0;
        for (double partial : plan.partials) sum += partial;
        return Math.sqrt(sum);
    }

    private void sumSquares(int worker, int count) {
        var gradient = this.gradient;
        if (gradient == null) return;
        int to = (int) Workers.begin(plan.blocks.length, 1, worker + 1, count);
        for (int b = (int) Workers.begin(plan.blocks.length, 1, worker, count); b < to; b++)
            plan.partials[b] = Vectors.squaredNorm(gradient, plan.blocks[b].from, plan.blocks[b].to);
    }

    /// Whether what is trained is not what is to be used ([ScheduleFree]).
    public boolean trainsBeside() {
        return rule instanceof ScheduleFree;
    }

    /// Puts what is to be used in place of what is trained; nothing to do for most rules, and before the first
    /// step.
    public void settle(FlatVector theta) {
        if (!(rule instanceof ScheduleFree free) || memory.kept(free.progress(), ScheduleFree.SUM) == 0) return;
        var z = memory.vector(ScheduleFree.Z);
        double beta = free.beta();
        for (var part : plan.parts)
            for (var range : part)
                for (long i = range.from; i < range.to; i++)
                    theta.set(i, (float) ((theta.get(i) - (1 - beta) * z.get(i)) / beta));
    }

    /// Whether the curvature is to be estimated before step number `step`, from 1 ([Sophia]).
    public boolean wantsCurvature(long step) {
        return rule instanceof Sophia sophia && sophia.estimatesAt(step);
    }

    /// Takes in an estimate of the curvature.
    ///
    /// @param gradient of the mean loss of `examples`, by labels drawn from the network's predictions
    public void curvature(FlatVector gradient, int examples) {
        if (!(rule instanceof Sophia sophia)) return;
        for (var part : plan.parts)
            for (var range : part) sophia.estimate(memory, gradient, range.from, range.to, examples);
    }

    /// The norm of a gradient of all trained parameters. Does not allocate.
    public double norm(FlatVector gradient) {
        this.gradient = gradient;
        double norm = norm();
        this.gradient = null;
        return norm;
    }

    /// The norm of the gradient of all trained parameters at the last step, scaled and not yet
    /// clipped; NaN unless clipping by norm has measured one.
    public double gradientNorm() {
        return gradientNorm;
    }

    /// Exchanges the groups between two steps, for instance to unfreeze layers. The memory stays.
    public void regroup(List<Group> groups) {
        plan = plan(groups);
    }

    public FirstOrder rule() {
        return rule;
    }

    /// All that must be saved to go on later as if never interrupted: the rule's vectors by name, for
    /// example `momentum.velocity`. To resume, write into them.
    public Map<String, FlatVector> memory() {
        return named;
    }

    /// What trains how: a line for the rule and one for each treatment, for logs.
    public String describe() {
        return rule + " on " + layout + "\n"
                + plan.shares.stream().map(share -> "  " + share).collect(Collectors.joining("\n"))
                + (plan.untouched.isEmpty() ? "" : "\n  untouched: " + tensors(plan.untouched));
    }

    private static String tensors(List<Parameter> parameters) {
        return "%s tensors, %s elements"
                .formatted(
                        parameters.size(),
                        parameters.stream().mapToLong(Parameter::size).sum());
    }

    /// Parameters that are treated alike: those of one group that decay, or those that it spares.
    ///
    /// @param terms for each worker
    private record Share(Group group, boolean decays, List<Parameter> parameters, Terms[] terms) {

        static Share of(Group group, boolean decays, int workers) {
            var terms = new Terms[workers];
            Arrays.setAll(terms, w -> new Terms());
            return new Share(group, decays, new ArrayList<>(), terms);
        }

        void refill(long step, double learningRate, double scale, double limit) {
            var decay = group.decay();
            boolean coupled = decays && decay.form() == Decay.Form.COUPLED, decoupled = decays && !coupled;
            for (var its : terms) {
                its.step = step;
                its.learningRate = learningRate * group.rateMultiplier();
                its.gradientScale = scale;
                its.gradientLimit = limit;
                its.coupledDecay = coupled ? decay.lambda() : 0;
                its.coupledL1 = coupled ? decay.l1() : 0;
                its.decoupledDecay = decoupled ? decay.lambda() : 0;
                its.decoupledL1 = decoupled ? decay.l1() : 0;
            }
        }

        @Override
        public String toString() {
            return "%s: learning rate × %s, %s: %s"
                    .formatted(
                            group.select(),
                            group.rateMultiplier(),
                            decays ? group.decay() : Decay.NONE,
                            tensors(parameters));
        }
    }

    /// Elements [from, to), all of one share.
    private record Range(long from, long to, Share share) {}

    /// One tensor's part of a step.
    private record Task(Tensorwise.Update update, Share share) {}

    /// Elements [from, to), summed by one worker.
    private record Block(long from, long to) {}

    /// The groups, resolved: who updates which elements with which terms. Independent of the
    /// parameters' values, made once.
    private static final class Plan {
        /// Parts begin at whole multiples of this many elements: a page.
        private static final long GRANULE = 1024;

        final List<Share> shares = new ArrayList<>();
        final List<Parameter> untouched = new ArrayList<>();
        final Range[][] parts;
        final Parameter[][] tensors;
        final Task[][] tasks;
        final Block[] blocks;
        final double[] partials;

        Plan(Layout layout, List<Group> groups, Scratch[] scratches, FirstOrder rule, Memory memory) {
            int workers = scratches.length;
            for (var group : groups) if (group.select() instanceof Selector.ByName names) names.refuseMisspelt(layout);
            var ranges = ranges(layout, groups, workers);
            parts = split(ranges, layout.length(), workers);
            blocks = blocks(ranges);
            partials = new double[blocks.length];
            tensors = deal(workers);
            tasks = new Task[workers][];
            for (int w = 0; w < workers; w++) {
                var scratch = scratches[w];
                tasks[w] = rule instanceof Tensorwise tensorwise
                        ? Arrays.stream(tensors[w])
                                .map(p -> new Task(tensorwise.prepare(p, layout, memory, scratch), shareOf(p)))
                                .toArray(Task[]::new)
                        : new Task[0];
                scratch.take();
            }
        }

        /// Trained tensors for each worker, the largest first to whoever has the least so far.
        private Parameter[][] deal(int workers) {
            var hands = new ArrayList<List<Parameter>>();
            for (int w = 0; w < workers; w++) hands.add(new ArrayList<>());
            var load = new long[workers];
            shares.stream()
                    .flatMap(share -> share.parameters.stream())
                    .sorted(Comparator.comparingLong(Parameter::size).reversed().thenComparingLong(Parameter::offset))
                    .forEach(parameter -> {
                        int least = 0;
                        for (int w = 1; w < workers; w++) if (load[w] < load[least]) least = w;
                        load[least] += parameter.size();
                        hands.get(least).add(parameter);
                    });
            return hands.stream().map(hand -> hand.toArray(Parameter[]::new)).toArray(Parameter[][]::new);
        }

        private Share shareOf(Parameter parameter) {
            for (var share : shares) if (share.parameters.contains(parameter)) return share;
            throw new IllegalStateException(parameter.name());
        }

        /// Neighbours that are treated alike make one range.
        private List<Range> ranges(Layout layout, List<Group> groups, int workers) {
            var ranges = new ArrayList<Range>();
            for (var parameter : layout) {
                if (!parameter.role().trained()) {
                    untouched.add(parameter);
                    continue;
                }
                var group = groups.stream()
                        .filter(g -> g.select().selects(parameter))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException(
                                "no group selects '%s'; end the list with Group.everything(…) or Group.frozen(…)"
                                        .formatted(parameter.name())));
                if (!group.trains()) {
                    untouched.add(parameter);
                    continue;
                }
                var share = share(group, parameter, workers);
                share.parameters.add(parameter);
                var last = ranges.isEmpty() ? null : ranges.getLast();
                if (last != null && last.share.equals(share) && last.to == parameter.offset())
                    ranges.set(ranges.size() - 1, new Range(last.from, parameter.end(), share));
                else ranges.add(new Range(parameter.offset(), parameter.end(), share));
            }
            return ranges;
        }

        private Share share(Group group, Parameter parameter, int workers) {
            boolean decays = group.decay().any() && !group.decay().exempt().contains(parameter.role());
            for (var share : shares) if (share.group.equals(group) && share.decays == decays) return share;
            var share = Share.of(group, decays, workers);
            shares.add(share);
            return share;
        }

        /// Cuts the vector where each worker gets about as many trained elements.
        private static Range[][] split(List<Range> ranges, long length, int workers) {
            long trained = ranges.stream().mapToLong(r -> r.to - r.from).sum();
            var parts = new Range[workers][];
            long from = 0;
            for (int w = 0; w < workers; w++) {
                long begin = from;
                long end = w == workers - 1
                        ? length
                        : Math.max(begin, position(ranges, trained * (w + 1) / workers) / GRANULE * GRANULE);
                parts[w] = ranges.stream()
                        .filter(r -> r.to > begin && r.from < end)
                        .map(r -> new Range(Math.max(r.from, begin), Math.min(r.to, end), r.share))
                        .toArray(Range[]::new);
                from = end;
            }
            return parts;
        }

        /// Index of the trained element that `before` trained ones precede.
        private static long position(List<Range> ranges, long before) {
            for (var range : ranges) {
                if (before < range.to - range.from) return range.from + before;
                before -= range.to - range.from;
            }
            return ranges.isEmpty() ? 0 : ranges.getLast().to;
        }

        /// Trained elements in blocks that depend on nothing but what is trained.
        private static Block[] blocks(List<Range> ranges) {
            var runs = new ArrayList<Block>();
            for (var range : ranges) {
                if (!runs.isEmpty() && runs.getLast().to == range.from)
                    runs.set(runs.size() - 1, new Block(runs.getLast().from, range.to));
                else runs.add(new Block(range.from, range.to));
            }
            var blocks = new ArrayList<Block>();
            for (var run : runs)
                for (long from = run.from; from < run.to; from += Vectors.BLOCK)
                    blocks.add(new Block(from, Math.min(run.to, from + Vectors.BLOCK)));
            return blocks.toArray(Block[]::new);
        }
    }
}
