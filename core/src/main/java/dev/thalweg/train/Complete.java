package dev.thalweg.train;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DatabindException;

/// Whether a record says all that it must: what a text does not mention, Jackson leaves null, also where no null
/// is allowed.
public final class Complete {
    private record Component(RecordComponent component, boolean nullable) {}

    private static final ClassValue<List<Component>> COMPONENTS = new ClassValue<>() {
        @Override
        protected List<Component> computeValue(Class<?> type) {
            return Arrays.stream(type.getRecordComponents())
                    .filter(component -> !component.getType().isPrimitive())
                    .map(component -> new Component(
                            component, component.getAnnotatedType().isAnnotationPresent(Nullable.class)))
                    .toList();
        }
    };

    private Complete() {}

    /// @throws DatabindException naming what is missing, as in `data.classes[1].name is missing`
    public static <T> T check(@Nullable T value) {
        if (value == null) throw fault("expected an object, found null");
        check(value, "");
        return value;
    }

    private static void check(Object value, String path) {
        switch (value) {
            case Record record -> {
                for (var known : COMPONENTS.get(record.getClass())) {
                    String name = path + (path.isEmpty() ? "" : ".") + known.component.getName();
                    var part = part(record, known.component);
                    if (part != null) check(part, name);
                    else if (!known.nullable) throw fault(name + " is missing");
                }
            }
            case List<?> list -> {
                for (int i = 0; i < list.size(); i++) {
                    String name = path + "[" + i + "]";
                    var part = list.get(i);
                    if (part == null) throw fault(name + " is missing");
                    check(part, name);
                }
            }
            case Map<?, ?> map -> {
                for (var entry : map.entrySet())
                    if (entry.getValue() == null) throw fault("a value of %s is missing".formatted(path));
            }
            default -> {}
        }
    }

    private static @Nullable Object part(Record record, RecordComponent component) {
        try {
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("records that are read as JSON are public", e);
        }
    }

    private static DatabindException fault(String sentence) {
        return DatabindException.from((JsonParser) null, sentence);
    }
}
