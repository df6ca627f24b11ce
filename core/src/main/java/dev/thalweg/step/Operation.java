package dev.thalweg.step;

import dev.thalweg.step.onednn.Argument;
import dev.thalweg.step.onednn.OpenMpWorkers;
import dev.thalweg.step.onednn.Primitive;
import dev.thalweg.step.onednn.Primitive.Query;
import dev.thalweg.step.onednn.Runtime;
import dev.thalweg.step.onednn.Scope;
import dev.thalweg.tensor.Workers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One entry of a plan: a kernel of the library, or one in Java.
abstract sealed class Operation {
    /// What it does, for people: "convolution", "gradient by weights".
    final String kind;
    /// The layer it belongs to.
    final String layer;

    final List<Value> touches = new ArrayList<>();
    double flops;

    /// Time spent while profiling.
    long nanos;

    private Operation(String kind, String layer) {
        this.kind = kind;
        this.layer = layer;
    }

    /// Makes it runnable; all buffers have addresses by now.
    abstract void materialise(Scope scope, Arena arena);

    abstract void run();

    abstract String implementation();

    /// A primitive of the kernel library on its arguments.
    static final class Kernel extends Operation {
        private final Primitive primitive;
        final Map<Integer, Value> arguments = new LinkedHashMap<>();
        private long handle;
        private long pairs;

        Kernel(String kind, String layer, Primitive primitive) {
            super(kind, layer);
            this.primitive = primitive;
        }

        Kernel with(Argument argument, @Nullable Value value) {
            return value == null ? this : with(argument.code(), value);
        }

        Kernel with(int argument, Value value) {
            arguments.put(argument, value);
            touches.add(value);
            return this;
        }

        Kernel flops(double flops) {
            this.flops = flops;
            return this;
        }

        Primitive primitive() {
            return primitive;
        }

        @Override
        void materialise(Scope scope, Arena arena) {
            primitive.create();
            handle = primitive.handle();
            pairs = pairs(arguments, scope, arena);
        }

        @Override
        void run() {
            Runtime.execute(handle, arguments.size(), pairs);
        }

        @Override
        String implementation() {
            return primitive.implementation();
        }
    }

    /// Parts of a kernel's work, each a list of primitives for one thread. Each worker has a run of parts
    /// of its own, the same in every operation, so that it finds in its cache what it wrote before; one
    /// that has finished takes over parts of the others, which another process may have slowed down. They
    /// meet once, at the end, where some kernels for several threads wait for each other many times. What
    /// a part computes does not depend on who takes it.
    static final class Split extends Operation {
        private record Call(Primitive primitive, Map<Integer, Value> arguments) {}

        private final Workers workers;
        private final List<List<Call>> calls = new ArrayList<>();
        private final List<Value> scratchpads;
        // Of each part's calls, the arguments of each worker besides.
        private long[][] handles = {};
        private int[][] counts = {};
        private long[][][] arguments = {};
        /// The next part of each worker's own.
        private final AtomicIntegerArray next;

        private final Workers.Job job = this::parts;

        /// @param scratchpads memory for each worker's primitive of the moment, or none
        Split(String kind, String layer, Workers workers, int parts, List<Value> scratchpads) {
            super(kind, layer);
            this.workers = workers;
            this.scratchpads = scratchpads;
            next = new AtomicIntegerArray(workers.count());
            for (int part = 0; part < parts; part++) calls.add(new ArrayList<>());
            touches.addAll(scratchpads);
        }

        /// Adds a call to a part's list; its scratch memory follows by itself. What it touches must be
        /// said by [#touching].
        Split call(int part, Primitive primitive, Map<Integer, Value> arguments) {
            calls.get(part).add(new Call(primitive, arguments));
            return this;
        }

        Split touching(List<Value> values) {
            touches.addAll(values);
            return this;
        }

        Split flops(double flops) {
            this.flops = flops;
            return this;
        }

        @Override
        void materialise(Scope scope, Arena arena) {
            OpenMpWorkers.useThreads(1);
            int count = calls.size();
            handles = new long[count][];
            counts = new int[count][];
            arguments = new long[workers.count()][count][];
            for (int part = 0; part < count; part++) {
                var own = calls.get(part);
                handles[part] = new long[own.size()];
                counts[part] = new int[own.size()];
                for (int worker = 0; worker < workers.count(); worker++) arguments[worker][part] = new long[own.size()];
                for (int i = 0; i < own.size(); i++) {
                    var call = own.get(i);
                    call.primitive.create();
                    handles[part][i] = call.primitive.handle();
                    bind(call, part, i, scope, arena);
                }
            }
            OpenMpWorkers.useThreads(workers.count());
        }

        private void bind(Call call, int part, int i, Scope scope, Arena arena) {
            var own = new LinkedHashMap<>(call.arguments);
            for (int worker = 0; worker < workers.count(); worker++) {
                if (call.primitive.bytes(Query.SCRATCHPAD) > 0) {
                    var scratch = scratchpads.get(worker);
                    var desc = call.primitive.desc(Query.SCRATCHPAD);
                    own.put(Argument.SCRATCHPAD.code(), new Value(desc, scratch.type(), scratch.buffer()));
                }
                arguments[worker][part][i] = pairs(own, scope, arena);
            }
            counts[part][i] = own.size();
        }

        private int begin(int worker) {
            return (int) Workers.begin(handles.length, 1, worker, workers.count());
        }

        private void parts(int worker, int count) {
            for (int i = 0; i < count; i++) {
                int owner = (worker + i) % count;
                int end = begin(owner + 1);
                int part;
                while ((part = next.getAndIncrement(owner)) < end) part(worker, part);
            }
        }

        private void part(int worker, int part) {
            long[] handle = handles[part];
            for (int i = 0; i < handle.length; i++)
                Runtime.execute(handle[i], counts[part][i], arguments[worker][part][i]);
        }

        @Override
        void run() {
            for (int worker = 0; worker < workers.count(); worker++) next.set(worker, begin(worker));
            workers.run(job);
        }

        @Override
        String implementation() {
            var first = calls.getFirst();
            String times = first.size() == 1 ? "" : "·" + first.size();
            return first.getFirst().primitive.implementation() + " ×" + calls.size() + times;
        }
    }

    /// A kernel in Java; it is made once its buffers have addresses.
    static final class Java extends Operation {
        private final Supplier<Runnable> maker;
        private Runnable body = () -> {};

        Java(String kind, String layer, Supplier<Runnable> maker, List<Value> touched) {
            super(kind, layer);
            this.maker = maker;
            touches.addAll(touched);
        }

        @Override
        void materialise(Scope scope, Arena arena) {
            body = maker.get();
        }

        @Override
        void run() {
            body.run();
        }

        @Override
        String implementation() {
            return "java";
        }
    }

    /// Arguments as the library takes them: pairs of a number and a handle, 16 bytes each.
    private static long pairs(Map<Integer, Value> arguments, Scope scope, Arena arena) {
        var pairs = arena.allocate(arguments.size() * 16L, 8);
        long at = 0;
        for (var argument : arguments.entrySet()) {
            var value = argument.getValue();
            pairs.set(ValueLayout.JAVA_INT, at, argument.getKey());
            pairs.set(ValueLayout.JAVA_LONG, at + 8, scope.memory(value.desc(), value.address()));
            at += 16;
        }
        return pairs.address();
    }

    /// The memory of a value with an address.
    static MemorySegment segment(Value value) {
        return MemorySegment.ofAddress(value.address()).reinterpret(value.bytes());
    }
}
