package dev.thalweg.step;

import dev.thalweg.step.onednn.Argument;
import dev.thalweg.step.onednn.Primitive;
import dev.thalweg.step.onednn.Runtime;
import dev.thalweg.step.onednn.Scope;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One entry of a plan: a kernel of the library, or one in Java.
abstract sealed class Operation permits Operation.Kernel, Operation.Java, Split {
    /// What it does, for people: "convolution", "gradient by weights".
    final String kind;
    /// The layer it belongs to.
    final String layer;

    final List<Value> touches = new ArrayList<>();
    double flops;

    /// Time spent while profiling.
    long nanos;

    Operation(String kind, String layer) {
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
    static long pairs(Map<Integer, Value> arguments, Scope scope, Arena arena) {
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
