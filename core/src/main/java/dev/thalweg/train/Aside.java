package dev.thalweg.train;

import dev.thalweg.nn.Model;
import dev.thalweg.tensor.FlatVector;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// A copy of a model's parameters and running statistics, while something is tried on them; made when it is first
/// needed.
final class Aside {
    private final Model model;
    private final Arena arena;
    private @Nullable FlatVector parameters;
    private @Nullable FlatVector statistics;
    private @Nullable MemorySegment labels;

    Aside(Model model, Arena arena) {
        this.model = model;
        this.arena = arena;
    }

    /// Copies the model.
    void keep() {
        if (parameters == null)
            parameters = FlatVector.allocate(model.parameters().length(), arena);
        if (statistics == null)
            statistics = FlatVector.allocate(model.statistics().length(), arena);
        parameters.copyFrom(model.parameters());
        statistics.copyFrom(model.statistics());
    }

    /// Brings the model back to what it was at the last [#keep], bit for bit.
    void restore() {
        if (parameters == null || statistics == null) throw new IllegalStateException("nothing was kept");
        model.parameters().copyFrom(parameters);
        model.statistics().copyFrom(statistics);
    }

    void keepLabels(MemorySegment labels) {
        if (this.labels == null) this.labels = arena.allocate(labels.byteSize());
        this.labels.copyFrom(labels);
    }

    void restoreLabels(MemorySegment labels) {
        if (this.labels == null) throw new IllegalStateException("no labels were kept");
        labels.copyFrom(this.labels);
    }
}
