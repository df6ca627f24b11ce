package dev.thalweg.tensor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;

/// The documented order of named tensors in one flat vector, without gaps: the first parameter
/// starts at 0 and each next one where the last ended.
public final class Layout implements Iterable<Parameter> {
    private final List<Parameter> parameters;
    private final long length;

    private Layout(List<Parameter> parameters, long length) {
        this.parameters = Collections.unmodifiableList(parameters);
        this.length = length;
    }

    public List<Parameter> parameters() {
        return parameters;
    }

    /// Elements of the flat vector.
    public long length() {
        return length;
    }

    public Optional<Parameter> find(String name) {
        return parameters.stream().filter(p -> p.name().equals(name)).findFirst();
    }

    /// The parameter of that name.
    ///
    /// @throws NoSuchElementException if there is none
    public Parameter get(String name) {
        return find(name).orElseThrow(() -> new NoSuchElementException("no parameter is named '" + name + "'"));
    }

    @Override
    public Iterator<Parameter> iterator() {
        return parameters.iterator();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Layout layout && layout.parameters.equals(parameters);
    }

    @Override
    public int hashCode() {
        return parameters.hashCode();
    }

    @Override
    public String toString() {
        return parameters.size() + " tensors, " + length + " elements";
    }

    /// Appends tensors in order.
    public static final class Builder {
        private final List<Parameter> parameters = new ArrayList<>();
        private final Set<String> names = new HashSet<>();
        private long length;

        public Parameter add(String name, Shape shape, Role role) {
            Require.that(names.add(name), "two parameters are named '%s'", name);
            var parameter = new Parameter(name, shape, role, length);
            parameters.add(parameter);
            length = parameter.end();
            return parameter;
        }

        public Layout build() {
            return new Layout(new ArrayList<>(parameters), length);
        }
    }
}
