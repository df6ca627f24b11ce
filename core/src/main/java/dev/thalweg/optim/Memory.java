package dev.thalweg.optim;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Layout;
import dev.thalweg.tensor.Require;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/// What a rule remembers between steps: vectors in order, each with a name, and nothing else, so that a
/// checkpoint holds all of it. Rules ask for a vector by its number, which costs nothing.
///
/// Most vectors have one element for each parameter, in the parameters' order. Numbers that belong to
/// no parameter are kept by [#keep], in float64. What has room for some of the parameters alone is a [Part].
public final class Memory {
    private final Map<String, FlatVector> named;
    private final Map<String, Part> parts;
    private final FlatVector[] vectors;

    private Memory(Map<String, FlatVector> named, Map<String, Part> parts) {
        this.named = named;
        this.parts = parts;
        this.vectors = named.values().toArray(FlatVector[]::new);
    }

    /// What is remembered of some of the tensors.
    ///
    /// @param layout how the memory's vectors are ordered: for each tensor that is remembered something of, by its
    ///     name, where that lies
    public record Part(Layout layout, Memory memory) {}

    /// Nothing.
    public static Memory none() {
        return new Memory(Map.of(), Map.of());
    }

    /// Vectors of `n` zeros.
    public static Memory zeros(long n, List<String> names, Arena arena) {
        var builder = new Builder();
        for (var name : names) builder.add(name, FlatVector.allocate(n, arena));
        return builder.build();
    }

    /// Vector number `k`, from 0.
    public FlatVector vector(int k) {
        return vectors[k];
    }

    /// The part of that name. Does not allocate.
    public Part part(String name) {
        var part = parts.get(name);
        if (part == null) throw new NoSuchElementException("no part of the memory is named '" + name + "'");
        return part;
    }

    /// Refuses to go on without the memory. Does not allocate.
    void requireOpen() {
        for (var vector : vectors) vector.requireRange(0, vector.length());
    }

    /// All vectors by name, in order.
    public Map<String, FlatVector> named() {
        return named;
    }

    /// Number `i` of those that vector `k` keeps as [#keep] does.
    public double kept(int k, int i) {
        return vectors[k].segment().getAtIndex(JAVA_DOUBLE_UNALIGNED, i);
    }

    /// Keeps a number whole: its 64 bits take the place of two elements.
    public void keep(int k, int i, double value) {
        vectors[k].segment().setAtIndex(JAVA_DOUBLE_UNALIGNED, i, value);
    }

    /// Collects vectors.
    public static final class Builder {
        private final List<String> names = new ArrayList<>();
        private final List<FlatVector> vectors = new ArrayList<>();
        private final Map<String, Part> parts = new HashMap<>();

        public Builder add(String name, FlatVector vector) {
            Require.that(!names.contains(name), "two vectors of a rule's memory are named '%s'", name);
            names.add(name);
            vectors.add(vector);
            return this;
        }

        /// All of another rule's, their names behind `prefix` and a dot.
        public Builder addAll(String prefix, Memory memory) {
            memory.named.forEach((name, vector) -> add(prefix + "." + name, vector));
            return this;
        }

        /// What is remembered of the tensors in `layout` alone. Its vectors' names follow the part's and a dot.
        public Builder part(String name, Layout layout, Memory memory) {
            parts.put(name, new Part(layout, memory));
            return addAll(name, memory);
        }

        /// Room for `count` numbers that [#keep] keeps, 0 at first.
        public Builder numbers(String name, int count, Arena arena) {
            return add(name, FlatVector.allocate(2L * count, arena));
        }

        public Memory build() {
            var named = new LinkedHashMap<String, FlatVector>();
            for (int i = 0; i < names.size(); i++) named.put(names.get(i), vectors.get(i));
            return new Memory(Collections.unmodifiableMap(named), Map.copyOf(parts));
        }
    }
}
