package dev.thalweg.step;

import dev.thalweg.step.onednn.Argument;
import dev.thalweg.step.onednn.DataType;
import dev.thalweg.step.onednn.Desc;
import dev.thalweg.step.onednn.Eltwise;
import dev.thalweg.step.onednn.OpenMpWorkers;
import dev.thalweg.step.onednn.Primitive.Query;
import dev.thalweg.step.onednn.Runtime;
import dev.thalweg.step.onednn.Scope;
import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.MatrixProducts;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Products of matrices by the kernel library, each made for one thread. A prepared product owns its
/// primitive and its scratch memory; both are freed when the arena is closed that it was prepared in, so that
/// it may outlive the plan that lent it.
///
/// @param threads that the plan's kernels use, to be set again after a product was made for one
public record KernelProducts(int threads) implements MatrixProducts {

    @Override
    public Product prepare(Form form, Arena arena) {
        Scope.LOCK.lock();
        OpenMpWorkers.useThreads(1);
        var scope = new Scope(false);
        try {
            var product = new Prepared(form, scope, arena);
            // What is closed with the arena is found through a segment of it; this one has no bytes.
            MemorySegment.NULL.reinterpret(arena, gone -> scope.close());
            return product;
        } catch (RuntimeException | Error e) {
            scope.close();
            throw e;
        } finally {
            OpenMpWorkers.useThreads(threads);
            Scope.LOCK.unlock();
        }
    }

    private static final class Prepared implements Product {
        private final Form form;
        private final long primitive;
        private final long left;
        private final long right;
        private final long target;
        private final int count;
        private final MemorySegment pairs;

        Prepared(Form form, Scope scope, Arena arena) {
            this.form = form;
            var a = matrix(scope, form.rows(), form.inner(), form.leftTurned());
            var b = matrix(scope, form.inner(), form.columns(), form.rightTurned());
            var c = matrix(scope, form.rows(), form.columns(), false);
            var attributes = scope.attributes();
            if (form.alpha() != 1) attributes.then(Eltwise.scale((float) form.alpha()));
            if (form.beta() != 0) attributes.thenSum((float) form.beta());
            var product = scope.matrixProduct(a, b, null, c, attributes);
            product.create();
            primitive = product.handle();
            left = scope.memory(a, 0);
            right = scope.memory(b, 0);
            target = scope.memory(c, 0);
            long scratch = product.bytes(Query.SCRATCHPAD);
            count = scratch > 0 ? 4 : 3;
            var pairs = arena.allocate(count * 16L, 8);
            pair(pairs, 0, Argument.SOURCE, left);
            pair(pairs, 1, Argument.WEIGHTS, right);
            pair(pairs, 2, Argument.TARGET, target);
            if (scratch > 0)
                pair(
                        pairs,
                        3,
                        Argument.SCRATCHPAD,
                        scope.memory(
                                product.desc(Query.SCRATCHPAD),
                                arena.allocate(scratch, 4096).address()));
            this.pairs = pairs;
        }

        private static Desc matrix(Scope scope, long rows, long columns, boolean turned) {
            return scope.strided(
                    DataType.F32, new long[] {rows, columns}, turned ? new long[] {1, rows} : new long[] {columns, 1});
        }

        private static void pair(MemorySegment pairs, int i, Argument argument, long memory) {
            pairs.set(ValueLayout.JAVA_INT, i * 16L, argument.code());
            pairs.set(ValueLayout.JAVA_LONG, i * 16L + 8, memory);
        }

        @Override
        public void apply(FlatVector a, long leftAt, FlatVector b, long rightAt, FlatVector c, long targetAt) {
            form.check(a, leftAt, b, rightAt, c, targetAt);
            if (!pairs.scope().isAlive()) throw new IllegalStateException("the product's memory is closed");
            Runtime.move(left, a.segment().address() + leftAt * Float.BYTES);
            Runtime.move(right, b.segment().address() + rightAt * Float.BYTES);
            Runtime.move(target, c.segment().address() + targetAt * Float.BYTES);
            Runtime.execute(primitive, count, pairs.address());
        }
    }
}
