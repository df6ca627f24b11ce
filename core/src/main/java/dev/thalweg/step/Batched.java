package dev.thalweg.step;

import dev.thalweg.step.onednn.Argument;
import dev.thalweg.step.onednn.Desc;
import dev.thalweg.step.onednn.Primitive;
import dev.thalweg.step.onednn.Primitive.Query;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A kernel over a batch under construction: its arguments are said once, whether it runs on the whole
/// batch or on parts of it. Made by [PlanBuilder#batched].
final class Batched {
    private final PlanBuilder b;
    private final Operation operation;
    private final Primitive primitive;
    private final List<Map<Integer, Value>> arguments;

    private Batched(PlanBuilder b, Operation operation, Primitive primitive, List<Map<Integer, Value>> arguments) {
        this.b = b;
        this.operation = operation;
        this.primitive = primitive;
        this.arguments = arguments;
    }

    static Batched whole(PlanBuilder b, Operation.Kernel kernel, Primitive primitive) {
        return new Batched(b, kernel, primitive, List.of(kernel.arguments));
    }

    static Batched parted(PlanBuilder b, Split split, Primitive primitive) {
        var arguments = Stream.<Map<Integer, Value>>generate(HashMap::new)
                .limit(b.parts)
                .toList();
        for (int part = 0; part < b.parts; part++) split.call(part, primitive, arguments.get(part));
        return new Batched(b, split, primitive, arguments);
    }

    /// A tensor whose pictures are divided among the parts.
    Batched divided(Argument argument, Query query, Value whole) {
        return divided(argument.code(), primitive.desc(query), whole);
    }

    /// @param part how a part's pictures lie in memory
    Batched divided(int argument, Desc part, Value whole) {
        operation.touches.add(whole);
        for (int i = 0; i < arguments.size(); i++) arguments.get(i).put(argument, b.part(whole, part, i));
        return this;
    }

    /// A tensor that all parts read; none if null.
    Batched common(Argument argument, @Nullable Value value) {
        if (value == null) return this;
        operation.touches.add(value);
        for (var each : arguments) each.put(argument.code(), value);
        return this;
    }
}
