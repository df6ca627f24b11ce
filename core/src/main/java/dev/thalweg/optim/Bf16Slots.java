package dev.thalweg.optim;

import dev.thalweg.tensor.Bf16;
import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Layout;
import dev.thalweg.tensor.Require;
import java.lang.foreign.Arena;
import java.util.List;

/// Another rule, that remembers in bf16, in half the memory.
///
/// What is remembered is unpacked for some thousand parameters at a time, into room that stays in the cache,
/// and rounded at random afterwards ([Bf16]); arithmetic is in float32 as always, and so are the parameters. Only for
/// rules of which it is known to serve: [Momentum] and [Nesterov] (Zamirai et al., 2020, arXiv:2010.06192), [Adam]
/// and [AdamW] (DeepSeek-V3, 2024, arXiv:2412.19437, section 3.3.3), and [Lion], whose one slot is such a mean as
/// Adam's first (in bf16 in Zhai et al., 2022, arXiv:2106.04560).
///
/// Memory: half of the other rule's. Traffic: 4 bytes per parameter and step less for each slot; rounding takes
/// longer than that saves where two cores share a memory (bench/NOTES.md).
///
/// @param of the other rule
public record Bf16Slots(Elementwise of) implements Elementwise {

    public Bf16Slots {
        Require.that(
                of instanceof Momentum
                        || of instanceof Nesterov
                        || of instanceof Adam
                        || of instanceof AdamW
                        || of instanceof Lion,
                "Bf16Slots.of must be momentum, nesterov, adam, adamw or lion, got %s",
                of.name());
    }

    /// Parameters that are unpacked at once: what is remembered of them stays in the first cache.
    private static final int WINDOW = 1 << 11;

    /// [AdamW], whose memory is largest.
    public Bf16Slots() {
        this(new AdamW());
    }

    @Override
    public String name() {
        return "bf16-slots";
    }

    @Override
    public Usual usual() {
        return of.usual();
    }

    @Override
    public List<String> slots() {
        return of.slots();
    }

    @Override
    public Memory start(Layout layout, Arena arena) {
        return Memory.zeros(Bf16.room(layout.length()), slots(), arena);
    }

    @Override
    public void update(Memory memory, FlatVector theta, FlatVector gradient, long from, long to, Terms terms) {
        int count = slots().size();
        var window = terms.window(of, WINDOW);
        long shift = terms.shift;
        for (long begin = from, end; begin < to; begin = end) {
            end = Math.min(to, (begin / WINDOW + 1) * WINDOW);
            long n = end - begin;
            for (int k = 0; k < count; k++) Bf16.unpack(memory.vector(k), begin + shift, window.vector(k), n);
            terms.shift = -begin;
            of.update(window, theta, gradient, begin, end, terms);
            terms.shift = shift;
            for (int k = 0; k < count; k++) {
                int seed = (int) (terms.step * count + k) * 0x632be5ab;
                Bf16.pack(window.vector(k), n, memory.vector(k), begin + shift, seed);
            }
        }
    }

    /// @throws UnsupportedOperationException always: [#update] lets the other rule do it on what it has unpacked
    @Override
    public double step(double theta, double g, double[] slots, Memory memory, Terms terms) {
        throw new UnsupportedOperationException("what is remembered must be unpacked first: call update");
    }

    /// @throws UnsupportedOperationException always, likewise
    @Override
    public void wide(Memory memory, FlatVector theta, FlatVector gradient, long from, long to, Terms terms) {
        throw new UnsupportedOperationException("what is remembered must be unpacked first: call update");
    }
}
