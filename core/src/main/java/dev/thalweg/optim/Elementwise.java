package dev.thalweg.optim;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Layout;
import dev.thalweg.tensor.Simd;
import java.lang.foreign.Arena;
import java.util.List;

/// A rule under which each parameter goes its own way, so that the result does not depend on how
/// the elements are shared out.
///
/// It is written twice: [#step] is the equation for one parameter in float64, for everybody to read;
/// [#wide] is the same for registers full of them in float32, in one pass over memory. Tests hold the
/// first to the paper and the second to the first. The first also does what does not fill registers, and
/// everything where there is no Vector API.
public non-sealed interface Elementwise extends FirstOrder {

    /// Registers begin at whole multiples of this many parameters, so that no bit depends on how ranges
    /// are cut, as long as they are cut there.
    int GRID = 16;

    /// A rule's loop is called for at most so many parameters at once. Many short calls let the JIT compile it as a
    /// whole method during the first step; one long call keeps to code that was replaced halfway, which stays
    /// slower. What is prepared for it stays in the cache.
    int STRIDE = 1 << 14;

    /// The names of what is remembered of each parameter.
    List<String> slots();

    /// Zeros.
    @Override
    default Memory start(Layout layout, Arena arena) {
        return Memory.zeros(layout.length(), slots(), arena);
    }

    /// One parameter's step.
    ///
    /// @param theta θ
    /// @param g g′, the gradient after scaling, clipping and coupled decay
    /// @param slots what is remembered of the parameter, in the order of [#slots]; updated in place
    /// @return the new θ, decoupled decay by [Terms#kept] included
    double step(double theta, double g, double[] slots, Memory memory, Terms terms);

    /// Steps of the parameters [from, to), whole registers. Reached only where `Simd.AVAILABLE`; what it does must lie
    /// in a class of its own, which a JVM without the Vector API never loads. Does not allocate.
    ///
    /// @param gradient g′, that of parameter i at i + `terms.ahead`
    void wide(Memory memory, FlatVector theta, FlatVector gradient, long from, long to, Terms terms);

    /// Updates `theta` and `memory` at the parameters [from, to), and no others. Several workers may
    /// call this at once on ranges that do not overlap, each with terms of its own. Does not allocate.
    default void update(Memory memory, FlatVector theta, FlatVector gradient, long from, long to, Terms terms) {
        theta.requireRange(from, to);
        gradient.requireRange(from, to);
        for (int k = 0; k < slots().size(); k++) memory.vector(k).requireRange(from + terms.shift, to + terms.shift);
        for (long begin = from, end; begin < to; begin = end) {
            end = Math.min(to, (begin / STRIDE + 1) * STRIDE);
            stretch(memory, theta, Gradients.prepare(gradient, theta, begin, end, terms), begin, end, terms);
        }
    }

    private void stretch(Memory memory, FlatVector theta, FlatVector prepared, long from, long to, Terms terms) {
        long first = Simd.AVAILABLE ? Math.min(Math.ceilDiv(from, GRID) * GRID, to) : to;
        long last = Math.max(first, to / GRID * GRID);
        plain(memory, theta, prepared, from, first, terms);
        if (first < last) {
            wide(memory, theta, prepared, first, last, terms);
            if (terms.decoupledL1 > 0)
                for (long i = first; i < last; i++) theta.set(i, (float) terms.sparse(theta.get(i)));
        }
        plain(memory, theta, prepared, last, to, terms);
    }

    private void plain(Memory memory, FlatVector theta, FlatVector prepared, long from, long to, Terms terms) {
        if (from >= to) return;
        int count = slots().size();
        double[] slots = terms.slots(count);
        for (long i = from; i < to; i++) {
            long own = i + terms.shift;
            for (int k = 0; k < count; k++) slots[k] = memory.vector(k).get(own);
            double t = theta.get(i);
            double next = step(t, prepared.get(i + terms.ahead), slots, memory, terms);
            theta.set(i, (float) terms.sparse(next));
            for (int k = 0; k < count; k++) memory.vector(k).set(own, (float) slots[k]);
        }
    }
}
