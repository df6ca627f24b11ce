package dev.thalweg.data;

import dev.hardwood.metadata.LogicalType;
import dev.hardwood.metadata.PhysicalType;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.schema.SchemaNode;
import dev.thalweg.format.MalformedFile;
import dev.thalweg.tensor.Quote;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Which columns of a Parquet file hold pictures and labels.
///
/// Hugging Face's `datasets` stores a picture as a group of `bytes` (the encoded file) and `path`, and
/// describes columns in the file's metadata, key `huggingface`: JSON whose `info.features.COLUMN.names`
/// are the names of the classes. A column of bytes without a group will do as well.
///
/// @param picture index among the leaf columns
/// @param label likewise
/// @param names of classes, label 0 first; null where the file does not say
/// @param others columns that might have been the labels too
record ParquetColumns(
        int picture,
        String pictureName,
        int label,
        String labelName,
        PhysicalType labelType,
        @Nullable List<String> names,
        List<String> others) {
    private static final List<String> PICTURES = List.of("image", "img", "picture", "photo", "pixels", "jpg", "png");

    private static final List<String> LABELS = List.of(
            "label", "labels", "fine_label", "class", "category", "target", "class_name", "y", "cls", "coarse_label");

    private static final JsonMapper JSON = new JsonMapper();

    static ParquetColumns of(ParquetFileReader reader, String where) throws MalformedFile {
        var pictures = new ArrayList<Candidate>();
        var labels = new ArrayList<Candidate>();
        for (var node : reader.getFileSchema().getRootNode().children()) {
            switch (node) {
                case SchemaNode.GroupNode group -> {
                    for (var child : group.children())
                        if (child.name().equals("bytes")
                                && child instanceof SchemaNode.PrimitiveNode bytes
                                && bytes.type() == PhysicalType.BYTE_ARRAY
                                && bytes.maxRepetitionLevel() == 0) pictures.add(new Candidate(group.name(), bytes));
                }
                case SchemaNode.PrimitiveNode leaf -> {
                    boolean text = leaf.logicalType() instanceof LogicalType.StringType;
                    if (leaf.maxRepetitionLevel() > 0) continue;
                    if (leaf.type() == PhysicalType.BYTE_ARRAY && !text) pictures.add(new Candidate(leaf.name(), leaf));
                    if (text || leaf.type() == PhysicalType.INT32 || leaf.type() == PhysicalType.INT64)
                        labels.add(new Candidate(leaf.name(), leaf));
                }
            }
        }
        var found = Quote.clip(
                reader.getFileSchema().getRootNode().children().stream()
                        .map(SchemaNode::name)
                        .collect(Collectors.joining(", ")),
                200);
        var picture = choose(pictures, PICTURES);
        if (picture == null)
            throw new MalformedFile(
                    where, 0, "expected a column of pictures, called image or img, of bytes and path, found " + found);
        var features = features(reader);
        var classes = labels.stream()
                .filter(label -> names(features, label.name) != null)
                .toList();
        var label = choose(classes.isEmpty() ? labels : classes, LABELS);
        if (label == null)
            throw new MalformedFile(
                    where,
                    0,
                    "expected a column of labels, called label, class, category or target, whole numbers or text, found "
                            + found);
        return new ParquetColumns(
                picture.leaf.columnIndex(),
                picture.name,
                label.leaf.columnIndex(),
                label.name,
                label.leaf.type(),
                names(features, label.name),
                labels.stream()
                        .map(Candidate::name)
                        .filter(name -> !name.equals(label.name) && isWanted(name, LABELS))
                        .toList());
    }

    /// Whether labels are texts and not numbers.
    boolean text() {
        return labelType == PhysicalType.BYTE_ARRAY;
    }

    private record Candidate(String name, SchemaNode.PrimitiveNode leaf) {}

    /// The one whose name is wanted most, or the only one.
    private static @Nullable Candidate choose(List<Candidate> candidates, List<String> wanted) {
        for (var name : wanted)
            for (var candidate : candidates)
                if (candidate.name.toLowerCase(Locale.ROOT).equals(name)) return candidate;
        return candidates.size() == 1 ? candidates.getFirst() : null;
    }

    private static boolean isWanted(String name, List<String> wanted) {
        return wanted.contains(name.toLowerCase(Locale.ROOT));
    }

    private static @Nullable JsonNode features(ParquetFileReader reader) {
        var text = reader.getFileMetaData().keyValueMetadata().get("huggingface");
        if (text == null) return null;
        try {
            return JSON.readTree(text).path("info").path("features");
        } catch (JacksonException e) {
            return null; // what it would say can be told without it
        }
    }

    private static @Nullable List<String> names(@Nullable JsonNode features, String column) {
        if (features == null) return null;
        var names = features.path(column).path("names");
        if (!names.isArray() || names.isEmpty()) return null;
        var list = new ArrayList<String>();
        for (var name : names) {
            if (!name.isString()) return null;
            list.add(name.asString());
        }
        return list;
    }
}
