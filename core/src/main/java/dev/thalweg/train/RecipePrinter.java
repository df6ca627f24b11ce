package dev.thalweg.train;

import dev.thalweg.train.RecipeSchema.Form;
import dev.thalweg.train.RecipeSchema.Key;
import dev.thalweg.train.RecipeSchema.Keys;
import dev.thalweg.train.RecipeSchema.Listing;
import dev.thalweg.train.RecipeSchema.OneOf;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A whole recipe as text for people, which reads back as the same recipe; with a comment on every key
/// if they are to be explained.
public final class RecipePrinter {
    private static final int INDENT = 2;

    private RecipePrinter() {}

    /// As YAML.
    public static String yaml(Recipe recipe, boolean explained) {
        var out = new StringBuilder();
        yaml(out, Json.MAPPER.valueToTree(recipe), RecipeSchema.RECIPE, 0, explained);
        return out.toString();
    }

    /// As JSON, comments as in Java.
    public static String json(Recipe recipe, boolean explained) {
        var out = new StringBuilder();
        json(out, Json.MAPPER.valueToTree(recipe), RecipeSchema.RECIPE, 0, explained);
        return out.append('\n').toString();
    }

    /// One line of an object.
    ///
    /// @param comment what its key means
    /// @param form of its value; null for a tag
    private record Member(String key, JsonNode value, String comment, Form form) {}

    private static List<Member> members(ObjectNode object, Form form) {
        var members = new ArrayList<Member>();
        List<Key> keys;
        switch (form) {
            case OneOf one -> {
                String kind = object.path(one.tag()).asString();
                members.add(new Member(
                        one.tag(),
                        object.path(one.tag()),
                        kind + ": " + RecipeSchema.explainTag(one, kind),
                        new RecipeSchema.Text()));
                var chosen = one.kinds().get(kind);
                keys = chosen == null ? List.of() : chosen.keys();
            }
            case Keys record -> keys = record.keys();
            default -> throw new AssertionError(form);
        }
        for (var key : keys)
            members.add(new Member(key.name(), object.path(key.name()), RecipeSchema.explain(key), key.form()));
        return members;
    }

    private static boolean isPlain(JsonNode value) {
        if (value.isObject()) return false;
        for (var element : value) if (element.isContainer()) return false;
        return true;
    }

    private static Form element(Form form) {
        return form instanceof Listing list ? list.element() : form;
    }

    // YAML.

    private static void yaml(StringBuilder out, ObjectNode object, Form form, int indent, boolean explained) {
        for (var member : members(object, form)) {
            String space = " ".repeat(indent);
            if (explained) out.append(space).append("# ").append(member.comment).append('\n');
            out.append(space).append(member.key).append(':');
            var value = member.value;
            if (isPlain(value)) out.append(' ').append(flow(value)).append('\n');
            else if (value instanceof ObjectNode inner) {
                out.append('\n');
                yaml(out, inner, member.form, indent + INDENT, explained);
            } else {
                out.append('\n');
                for (var element : value) {
                    out.append(" ".repeat(indent + INDENT)).append("-\n");
                    yaml(out, (ObjectNode) element, element(member.form), indent + 2 * INDENT, explained);
                }
            }
            if (explained && indent == 0) out.append('\n');
        }
    }

    /// A list or a single value on one line.
    private static String flow(JsonNode value) {
        if (value.isArray()) {
            var parts = new ArrayList<String>();
            for (var element : value) parts.add(flow(element));
            return "[" + String.join(", ", parts) + "]";
        }
        if (value.isString() && value.asString().matches("[A-Za-z_/][\\w./-]*(?::[\\w./-]+)*")) {
            String word = value.asString();
            // Words that YAML would not read as words.
            if (!word.matches("(?i)true|false|null|yes|no|on|off|y|n")) return word;
        }
        return RecipeFile.line(value); // strings in JSON's quotes are YAML as well
    }

    // JSON.

    private static void json(StringBuilder out, ObjectNode object, Form form, int indent, boolean explained) {
        out.append("{\n");
        var members = members(object, form);
        String space = " ".repeat(indent + INDENT);
        for (int i = 0; i < members.size(); i++) {
            var member = members.get(i);
            if (explained)
                out.append(space).append("// ").append(member.comment).append('\n');
            out.append(space).append('"').append(member.key).append("\": ");
            var value = member.value;
            if (isPlain(value)) out.append(RecipeFile.line(value));
            else if (value instanceof ObjectNode inner) json(out, inner, member.form, indent + INDENT, explained);
            else {
                out.append("[\n");
                for (int k = 0; k < value.size(); k++) {
                    out.append(space).append(" ".repeat(INDENT));
                    json(out, (ObjectNode) value.get(k), element(member.form), indent + 2 * INDENT, explained);
                    out.append(k + 1 < value.size() ? ",\n" : "\n");
                }
                out.append(space).append(']');
            }
            out.append(i + 1 < members.size() ? ",\n" : "\n");
        }
        out.append(" ".repeat(indent)).append('}');
    }
}
