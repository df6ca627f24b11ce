package dev.thalweg.step;

import dev.thalweg.step.onednn.Argument;
import dev.thalweg.step.onednn.OpenMpWorkers;
import dev.thalweg.step.onednn.Primitive;
import dev.thalweg.step.onednn.Runtime;
import dev.thalweg.step.onednn.Scope;
import dev.thalweg.tensor.Workers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
        private final List<Integer> codes = new ArrayList<>();
        private final List<Value> values = new ArrayList<>();
        private long handle;
        private long arguments;

        Kernel(String kind, String layer, Primitive primitive) {
            super(kind, layer);
            this.primitive = primitive;
        }

        Kernel with(Argument argument, @Nullable Value value) {
            return value == null ? this : with(argument.code(), value);
        }

        Kernel with(int argument, Value value) {
            codes.add(argument);
            values.add(value);
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
            var pairs = arena.allocate(codes.size() * 16L, 8);
            for (int i = 0; i < codes.size(); i++) {
                var value = values.get(i);
                pairs.set(ValueLayout.JAVA_INT, i * 16L, codes.get(i));
                pairs.set(ValueLayout.JAVA_LONG, i * 16L + 8, scope.memory(value.desc(), value.address()));
            }
            arguments = pairs.address();
        }

        @Override
        void run() {
            Runtime.execute(handle, codes.size(), arguments);
        }

        @Override
        String implementation() {
            return primitive.implementation();
        }
    }

    /// Primitives for one thread that the workers run at the same time, each a list of its own on
    /// arguments of its own. Threads meet once, at the end, where some kernels for several threads wait
    /// for each other many times, and forever if another process has taken a core.
    static final class Split extends Operation {
        private record Call(Primitive primitive, Map<Argument, Value> arguments) {}

        private final Workers workers;
        private final List<List<Call>> calls = new ArrayList<>();
        // Of each worker's calls.
        private long[][] handles = {};
        private int[][] counts = {};
        private long[][] arguments = {};
        private final Workers.Job job = this::part;

        Split(String kind, String layer, Workers workers) {
            super(kind, layer);
            this.workers = workers;
            for (int w = 0; w < workers.count(); w++) calls.add(new ArrayList<>());
        }

        /// Adds a call to a worker's list. What it touches must be said by [#touching].
        Split call(int worker, Primitive primitive, Map<Argument, Value> arguments) {
            calls.get(worker).add(new Call(primitive, arguments));
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
            int count = workers.count();
            handles = new long[count][];
            counts = new int[count][];
            arguments = new long[count][];
            for (int w = 0; w < count; w++) {
                var own = calls.get(w);
                handles[w] = new long[own.size()];
                counts[w] = new int[own.size()];
                arguments[w] = new long[own.size()];
                for (int i = 0; i < own.size(); i++) {
                    var call = own.get(i);
                    call.primitive.create();
                    handles[w][i] = call.primitive.handle();
                    counts[w][i] = call.arguments.size();
                    var pairs = arena.allocate(counts[w][i] * 16L, 8);
                    arguments[w][i] = pairs.address();
                    long at = 0;
                    for (var argument : call.arguments.entrySet()) {
                        var value = argument.getValue();
                        pairs.set(ValueLayout.JAVA_INT, at, argument.getKey().code());
                        pairs.set(ValueLayout.JAVA_LONG, at + 8, scope.memory(value.desc(), value.address()));
                        at += 16;
                    }
                }
            }
            OpenMpWorkers.useThreads(count);
        }

        private void part(int worker, int ignored) {
            for (int i = 0; i < handles[worker].length; i++)
                Runtime.execute(handles[worker][i], counts[worker][i], arguments[worker][i]);
        }

        @Override
        void run() {
            workers.run(job);
        }

        @Override
        String implementation() {
            var first = calls.getFirst();
            String times = first.size() == 1 ? "" : "·" + first.size();
            return first.getFirst().primitive.implementation() + " ×" + workers.count() + times;
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

    /// The memory of a value with an address.
    static MemorySegment segment(Value value) {
        return MemorySegment.ofAddress(value.address()).reinterpret(value.bytes());
    }
}
