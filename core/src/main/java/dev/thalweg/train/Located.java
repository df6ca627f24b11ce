package dev.thalweg.train;

import dev.thalweg.format.JsonFault;
import dev.thalweg.tensor.Quote;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlVersionException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.scanner.StreamReader;
import org.snakeyaml.engine.v2.schema.CoreSchema;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// A text of JSON (with comments as in Java) or YAML 1.2 as a tree that knows on which line each key
/// stands. Of YAML it takes what JSON can say: no aliases, which could make a few lines stand for
/// gigabytes, and no tags, which name classes.
///
/// @param where the text comes from, for messages
/// @param lines counted from 1, by path: `training.epochs`, `optimization.groups[0].select`
record Located(String where, JsonNode tree, Map<String, Integer> lines) {
    /// Longer ones are something else.
    private static final int LONGEST = 1_000_000;
    /// Nested deeper is no recipe.
    private static final int DEEPEST = 40;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /// A tree that stands in no file.
    ///
    /// @param where for messages; empty for none
    static Located of(String where, JsonNode tree) {
        return new Located(where, tree, Map.of());
    }

    /// @param name of the file; YAML if it ends in `.yaml` or `.yml`, JSON if in `.json`; otherwise the
    ///     text tells
    /// @throws IllegalArgumentException if the text is not what it should be, with the line
    static Located parse(String name, String text) {
        if (text.length() > LONGEST)
            throw new IllegalArgumentException("%s: expected a recipe, found %,d characters; none has more than %,d"
                    .formatted(name, text.length(), LONGEST));
        var lines = new LinkedHashMap<String, Integer>();
        var tree = isYaml(name, text) ? new YamlText(name, lines).read(text) : new JsonText(name, lines).read(text);
        return new Located(name, tree, lines);
    }

    private static boolean isYaml(String name, String text) {
        if (name.endsWith(".yaml") || name.endsWith(".yml")) return true;
        String start = text.stripLeading();
        return !name.endsWith(".json") && !start.startsWith("{") && !start.startsWith("/");
    }

    /// A sentence about `path` as an exception that says where.
    IllegalArgumentException refuse(String path, String sentence) {
        String at = at(path);
        return new IllegalArgumentException(at.isEmpty() ? sentence : at + ": " + sentence);
    }

    /// The file, and the line where it is known: of the key, or of what would hold it.
    String at(String path) {
        for (String part = path; !part.isEmpty(); part = outer(part))
            if (lines.containsKey(part)) return where + ", line " + lines.get(part);
        return where;
    }

    /// What `path` stands in: `a` for `a.b` and for `a[0]`; empty for the document.
    static String outer(String path) {
        return path.substring(0, Math.max(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('['))));
    }

    static String join(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static IllegalArgumentException twice(String name, int line, String path) {
        return new IllegalArgumentException(
                "%s, line %d: %s stands here a second time".formatted(name, line, Quote.clip(path, 200)));
    }

    private static IllegalArgumentException tooDeep(String name, int line) {
        return new IllegalArgumentException(
                "%s, line %d: nested more than %d deep; no recipe is".formatted(name, line, DEEPEST));
    }

    /// Reads JSON.
    private record JsonText(String name, Map<String, Integer> lines) {
        JsonNode read(String text) {
            try (var parser = Json.MAPPER.createParser(text)) {
                if (parser.nextToken() == null) return NODES.objectNode();
                var tree = value(parser, "", 0);
                if (parser.nextToken() != null)
                    throw new IllegalArgumentException(
                            "%s, line %d: expected nothing after the closing brace".formatted(name, line(parser)));
                return tree;
            } catch (JacksonException e) {
                var location = e.getLocation();
                String line = location != null && location.getLineNr() > 0 ? ", line " + location.getLineNr() : "";
                throw new IllegalArgumentException(name + line + ": " + JsonFault.sentence(e), e);
            }
        }

        private static int line(JsonParser parser) {
            return parser.currentTokenLocation().getLineNr();
        }

        private JsonNode value(JsonParser parser, String path, int depth) {
            if (depth > DEEPEST) throw tooDeep(name, line(parser));
            return switch (parser.currentToken()) {
                case START_OBJECT -> {
                    var object = NODES.objectNode();
                    while (parser.nextToken() != JsonToken.END_OBJECT) {
                        String key = parser.currentName();
                        String inner = join(path, key);
                        if (lines.put(inner, line(parser)) != null) throw twice(name, line(parser), inner);
                        parser.nextToken();
                        object.set(key, value(parser, inner, depth + 1));
                    }
                    yield object;
                }
                case START_ARRAY -> {
                    var list = NODES.arrayNode();
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        String inner = path + "[" + list.size() + "]";
                        lines.put(inner, line(parser));
                        list.add(value(parser, inner, depth + 1));
                    }
                    yield list;
                }
                default -> parser.readValueAsTree();
            };
        }
    }

    /// Reads YAML, from its events: nothing is built that a few letters could make large.
    private record YamlText(String name, Map<String, Integer> lines) {
        private static final ScalarResolver RESOLVER = new CoreSchema().getScalarResolver();
        private static final Pattern DIRECTIVE = Pattern.compile("^\ufeff?%YAML\\s++(?!0*1\\.)");
        private static final Pattern START = Pattern.compile("^found character ('.') that cannot start any token");

        JsonNode read(String text) {
            var settings = LoadSettings.builder()
                    .setLabel(name)
                    .setCodePointLimit(LONGEST)
                    .build();
            try {
                Iterator<Event> events = new ParserImpl(settings, new StreamReader(settings, text));
                events.next(); // the stream's start
                if (events.next().getEventId() == Event.ID.StreamEnd) return NODES.objectNode();
                var tree = value(events.next(), events, "", 0);
                events.next(); // the document's end
                var after = events.next();
                if (after.getEventId() != Event.ID.StreamEnd)
                    throw new IllegalArgumentException(
                            "%s, line %d: expected one document, found a second".formatted(name, line(after)));
                return tree.isNull() ? NODES.objectNode() : tree;
            } catch (MarkedYamlEngineException e) {
                String line = e.getProblemMark()
                        .map(mark -> ", line " + (mark.getLine() + 1))
                        .orElse("");
                throw new IllegalArgumentException(name + line + ": " + problem(e.getProblem()), e);
            } catch (YamlVersionException e) {
                var version = e.getSpecVersion();
                throw new IllegalArgumentException(
                        "%s, line %d: expected YAML 1.2, found %%YAML %d.%d"
                                .formatted(name, directive(text), version.getMajor(), version.getMinor()),
                        e);
            } catch (YamlEngineException e) {
                throw new IllegalArgumentException(name + ": " + problem(String.valueOf(e.getMessage())), e);
            }
        }

        /// The line that asks for a YAML which the library does not read; it does not say.
        private static long directive(String text) {
            return text.lines()
                            .takeWhile(line -> !DIRECTIVE.matcher(line).find())
                            .count()
                    + 1;
        }

        /// The library's words. They quote a character of the text as it is, which may end the line; and where no value
        /// may begin they speak of tokens and indentation, whatever stands there.
        private static String problem(String text) {
            if (text.contains("(Do not use \\t(TAB)")) return "expected spaces, found a tab";
            var start = START.matcher(text);
            if (start.find())
                return "expected a value, found %s; what begins with it needs quotation marks"
                        .formatted(start.group(1));
            return Quote.clip(text.replaceAll("\\s+", " "), 200);
        }

        private static int line(Event event) {
            return event.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
        }

        private JsonNode value(Event event, Iterator<Event> events, String path, int depth) {
            if (depth > DEEPEST) throw tooDeep(name, line(event));
            return switch (event) {
                case MappingStartEvent mapping -> {
                    refuseTag(mapping.getTag(), event);
                    yield mapping(events, path, depth);
                }
                case SequenceStartEvent sequence -> {
                    refuseTag(sequence.getTag(), event);
                    yield sequence(events, path, depth);
                }
                case ScalarEvent scalar -> {
                    refuseTag(scalar.getTag(), event);
                    yield scalar(scalar);
                }
                case AliasEvent alias ->
                    throw new IllegalArgumentException(
                            "%s, line %d: recipes have no aliases; write out what *%s stands for"
                                    .formatted(
                                            name,
                                            line(event),
                                            Quote.clip(alias.getAlias().toString())));
                default ->
                    throw new IllegalArgumentException("%s, line %d: expected a value".formatted(name, line(event)));
            };
        }

        private JsonNode mapping(Iterator<Event> events, String path, int depth) {
            var object = NODES.objectNode();
            for (Event event = events.next(); !(event instanceof MappingEndEvent); event = events.next()) {
                if (!(event instanceof ScalarEvent scalar))
                    throw new IllegalArgumentException(
                            "%s, line %d: expected a key, a word".formatted(name, line(event)));
                String key = scalar.getValue();
                String inner = join(path, key);
                if (lines.put(inner, line(event)) != null) throw twice(name, line(event), inner);
                object.set(key, value(events.next(), events, inner, depth + 1));
            }
            return object;
        }

        private JsonNode sequence(Iterator<Event> events, String path, int depth) {
            var list = NODES.arrayNode();
            for (Event event = events.next(); !(event instanceof SequenceEndEvent); event = events.next()) {
                String inner = path + "[" + list.size() + "]";
                lines.put(inner, line(event));
                list.add(value(event, events, inner, depth + 1));
            }
            return list;
        }

        private void refuseTag(Optional<String> tag, Event event) {
            if (tag.isPresent() && !tag.get().equals("!"))
                throw new IllegalArgumentException("%s, line %d: recipes have no tags; leave out %s"
                        .formatted(name, line(event), Quote.of(tag.get())));
        }

        /// What YAML 1.2's core schema makes of it; a number that JSON has none of stays a word.
        private static JsonNode scalar(ScalarEvent scalar) {
            String text = scalar.getValue();
            var tag = RESOLVER.resolve(text, scalar.isPlain());
            if (!scalar.isPlain() || tag.equals(Tag.STR)) return NODES.stringNode(text);
            if (tag.equals(Tag.NULL)) return NODES.nullNode();
            if (tag.equals(Tag.BOOL)) return NODES.booleanNode(Boolean.parseBoolean(text));
            return number(text).orElseGet(() -> NODES.stringNode(text));
        }
    }

    /// The number that `text` is, whole where it is written without point and exponent.
    static Optional<JsonNode> number(String text) {
        if (text.matches("[-+]?\\d{1,18}")) return Optional.of(NODES.numberNode(Long.parseLong(text)));
        return text.matches("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?")
                ? Optional.of(NODES.numberNode(Double.parseDouble(text)))
                : Optional.empty();
    }
}
