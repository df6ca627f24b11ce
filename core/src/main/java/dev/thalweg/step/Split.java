package dev.thalweg.step;

import dev.thalweg.step.onednn.Argument;
import dev.thalweg.step.onednn.OpenMpWorkers;
import dev.thalweg.step.onednn.Primitive;
import dev.thalweg.step.onednn.Primitive.Query;
import dev.thalweg.step.onednn.Runtime;
import dev.thalweg.step.onednn.Scope;
import dev.thalweg.tensor.Workers;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Supplier;

/// Parts of a kernel's work, each a list of primitives for one thread and of kernels in Java. Each worker
/// has a run of parts of its own, the same in every operation, so that it finds in its cache what it wrote
/// before; one that has finished takes over parts of the others, which another process may have slowed
/// down. They meet once, at the end, where some kernels for several threads wait for each other many
/// times. What a part computes does not depend on who takes it.
final class Split extends Operation {
    /// A step of a part, in memory of its worker's where it needs some.
    @FunctionalInterface
    interface Call {
        void run(int worker);
    }

    /// Makes a call once all buffers have addresses.
    @FunctionalInterface
    private interface Maker {
        Call make(Scope scope, Arena arena);
    }

    /// A primitive on the arguments of each worker.
    private record Bound(long handle, int count, long[] arguments) implements Call {
        @Override
        public void run(int worker) {
            Runtime.execute(handle, count, arguments[worker]);
        }
    }

    private final Workers workers;
    /// Memory for each worker's primitive of the moment, or none.
    private final List<Value> scratchpads;

    /// Of each part.
    private final List<List<Maker>> makers = new ArrayList<>();

    private Call[][] calls = {};
    private String method = "";
    private String implementation = "java";
    /// The next part of each worker's own.
    private final AtomicIntegerArray next;

    private final Workers.Job job = this::parts;

    /// Made by [PlanBuilder#split].
    Split(String kind, String layer, Workers workers, int parts, List<Value> scratchpads) {
        super(kind, layer);
        this.workers = workers;
        this.scratchpads = scratchpads;
        next = new AtomicIntegerArray(workers.count());
        for (int part = 0; part < parts; part++) makers.add(new ArrayList<>());
        touches.addAll(scratchpads);
    }

    /// Adds a call to a part's list; its scratch memory follows by itself. What it touches must be said
    /// by [#touching].
    Split call(int part, Primitive primitive, Map<Integer, Value> arguments) {
        return call(part, primitive, arguments, Map.of());
    }

    /// The same with arguments of which each worker has its own.
    Split call(int part, Primitive primitive, Map<Integer, Value> arguments, Map<Integer, List<Value>> own) {
        implementation = primitive.implementation();
        makers.get(part).add((scope, arena) -> bind(primitive, arguments, own, scope, arena));
        return this;
    }

    /// Adds a kernel in Java to a part's list.
    Split call(int part, Supplier<Call> maker) {
        makers.get(part).add((scope, arena) -> maker.get());
        return this;
    }

    Split touching(List<Value> values) {
        touches.addAll(values);
        return this;
    }

    /// What the primitives are used for, for people, where they do not say it themselves.
    Split method(String method) {
        this.method = method + " ";
        return this;
    }

    Split flops(double flops) {
        this.flops = flops;
        return this;
    }

    @Override
    void materialise(Scope scope, Arena arena) {
        OpenMpWorkers.useThreads(1);
        calls = makers.stream()
                .map(list ->
                        list.stream().map(maker -> maker.make(scope, arena)).toArray(Call[]::new))
                .toArray(Call[][]::new);
        OpenMpWorkers.useThreads(workers.count());
    }

    private Bound bind(
            Primitive primitive,
            Map<Integer, Value> arguments,
            Map<Integer, List<Value>> own,
            Scope scope,
            Arena arena) {
        primitive.create();
        boolean scratch = primitive.bytes(Query.SCRATCHPAD) > 0;
        var all = new LinkedHashMap<>(arguments);
        var pairs = new long[workers.count()];
        for (int worker = 0; worker < pairs.length; worker++) {
            int w = worker;
            own.forEach((argument, values) -> all.put(argument, values.get(w)));
            if (scratch) {
                var pad = scratchpads.get(worker);
                all.put(
                        Argument.SCRATCHPAD.code(),
                        new Value(primitive.desc(Query.SCRATCHPAD), pad.type(), pad.buffer()));
            }
            pairs[worker] = pairs(all, scope, arena);
        }
        return new Bound(primitive.handle(), all.size(), pairs);
    }

    private int begin(int worker) {
        return (int) Workers.begin(calls.length, 1, worker, workers.count());
    }

    private void parts(int worker, int count) {
        for (int i = 0; i < count; i++) {
            int owner = (worker + i) % count;
            int end = begin(owner + 1);
            int part;
            while ((part = next.getAndIncrement(owner)) < end) for (Call call : calls[part]) call.run(worker);
        }
    }

    @Override
    void run() {
        for (int worker = 0; worker < workers.count(); worker++) next.set(worker, begin(worker));
        workers.run(job);
    }

    @Override
    String implementation() {
        int each = makers.getFirst().size();
        return method + implementation + " ×" + makers.size() + (each == 1 ? "" : "·" + each);
    }
}
