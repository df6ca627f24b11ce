package dev.thalweg.format;

import dev.thalweg.nn.Network;
import dev.thalweg.tensor.Parameter;
import dev.thalweg.tensor.Quote;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Whether a file's tensors are those of a network, and if not, what is different and why that may be.
final class Fit {
    /// Names that a message lists before it says how many more there are.
    private static final int LISTED = 3;

    /// PyTorch counts the batches of each normalization in a tensor that predictions do not need.
    private static final String COUNTER = ".num_batches_tracked";

    private static final String LOAD_WITHOUT_HEAD = "load it without the head";

    private final Network network;
    private final Map<String, String> metadata;
    private final Map<String, Entry> tensors;
    private final ModelFile.Part part;

    private final List<Parameter> all = new ArrayList<>();
    private final Set<String> head = new HashSet<>();
    private final List<String> missing = new ArrayList<>();
    private final List<String> unexpected = new ArrayList<>();
    private final List<String> ignored = new ArrayList<>();
    private final List<Parameter> different = new ArrayList<>();

    private Fit(Map<String, String> metadata, Map<String, Entry> tensors, Network network, ModelFile.Part part) {
        this.network = network;
        this.metadata = metadata;
        this.tensors = tensors;
        this.part = part;
        network.parameters().forEach(all::add);
        network.statistics().forEach(all::add);
        network.nodes().reversed().stream()
                .filter(node -> !node.parameters().isEmpty())
                .findFirst()
                .ifPresent(node -> {
                    node.parameters().forEach(p -> head.add(p.name()));
                    node.statistics().forEach(p -> head.add(p.name()));
                });
        for (var p : all) {
            if (!loads(p)) continue;
            var tensor = tensors.get(p.name());
            if (tensor == null) missing.add(p.name());
            else if (!tensor.type().isFloating() || !tensor.hasShape(p.shape())) different.add(p);
        }
        sortOthers();
    }

    /// @throws MismatchedModel if a tensor that belongs to `part` cannot be loaded
    static Fit of(
            Path path, Map<String, String> metadata, Map<String, Entry> tensors, Network network, ModelFile.Part part)
            throws MismatchedModel {
        var fit = new Fit(metadata, tensors, network, part);
        if (!fit.isGood()) throw new MismatchedModel(path, network.name(), fit.problem(), fit.missing, fit.unexpected);
        return fit;
    }

    /// Whether the tensor's values come from the file.
    boolean loads(Parameter p) {
        return part == ModelFile.Part.WHOLE || !head.contains(p.name());
    }

    /// The file's values for `p`, which [#loads(Parameter)].
    Entry tensor(Parameter p) {
        var tensor = tensors.get(p.name());
        if (tensor == null) throw new IllegalStateException("tensor '" + p.name() + "' is missing");
        return tensor;
    }

    /// Names of the network's tensors that keep their values.
    List<String> kept() {
        return all.stream().filter(p -> !loads(p)).map(Parameter::name).toList();
    }

    /// Names of the file's tensors that are left aside.
    List<String> ignored() {
        return ignored;
    }

    private boolean isGood() {
        return missing.isEmpty() && unexpected.isEmpty() && different.isEmpty();
    }

    /// Sorts what is not loaded into what may be left aside and what may not: without, say, the bias
    /// that the file has for one of the network's layers, the network would predict otherwise.
    private void sortOthers() {
        var known = new HashMap<String, Parameter>();
        for (var p : all) known.put(p.name(), p);
        var layers = new HashSet<String>();
        for (var node : network.nodes()) layers.add(node.name());
        for (var p : all) if (head.contains(p.name())) layers.remove(layer(p.name()));
        for (String name : tensors.keySet()) {
            var p = known.get(name);
            if (p != null && loads(p)) continue;
            boolean harmless = part == ModelFile.Part.WITHOUT_HEAD && (p != null || !layers.contains(layer(name)));
            (harmless || name.endsWith(COUNTER) ? ignored : unexpected).add(name);
        }
    }

    private static String layer(String tensor) {
        return tensor.substring(0, Math.max(0, tensor.lastIndexOf('.')));
    }

    // ---- what to say ----------------------------------------------------------------------------

    private String problem() {
        return missing.isEmpty() && unexpected.isEmpty() ? differentTensors() : differentNames();
    }

    private String differentNames() {
        var parts = new ArrayList<String>();
        if (!missing.isEmpty()) parts.add(count(missing) + " missing " + list(missing));
        if (!unexpected.isEmpty()) parts.add(count(unexpected) + " unexpected " + list(unexpected));
        return String.join(" and ", parts)
                + otherArchitecture()
                        .or(this::otherHead)
                        .or(this::otherPrefix)
                        .or(this::keras)
                        .map(cause -> "; " + cause)
                        .orElse("");
    }

    private static String count(List<String> names) {
        return names.size() == 1 ? "1 tensor is" : names.size() + " tensors are";
    }

    private static String list(List<String> names) {
        var first = names.stream().limit(LISTED).map(Quote::of).toList();
        String more = names.size() > LISTED ? " and %s more".formatted(names.size() - LISTED) : "";
        return "(" + String.join(", ", first) + more + ")";
    }

    private String differentTensors() {
        var p = different.getFirst();
        var tensor = tensor(p);
        String others = switch (different.size()) {
            case 1 -> "";
            case 2 -> ", and 1 other tensor differs too";
            default -> ", and %s other tensors differ too".formatted(different.size() - 1);
        };
        if (!tensor.type().isFloating())
            return "tensor '%s' should hold floating-point numbers, got %s%s"
                    .formatted(p.name(), tensor.type(), others);
        return "tensor '%s' should have the shape %s, got %s%s; %s"
                .formatted(
                        p.name(),
                        p.shape().dims(),
                        Quote.clip(tensor.shape().toString()),
                        others,
                        otherArchitecture().orElseGet(() -> otherShape(p, tensor)));
    }

    /// Why the tensor may have another shape.
    private String otherShape(Parameter p, Entry tensor) {
        var expected = p.shape().dims().stream().map(Integer::longValue).toList();
        var got = tensor.shape();
        int rank = expected.size();
        if (got.stream().sorted().toList().equals(expected.stream().sorted().toList()))
            return "the same extents in another order, as Keras keeps them";
        if (tensor.size() == p.size()) return "as many elements, but arranged otherwise";
        if (got.size() != rank) return "a tensor of another kind";
        boolean sameOutputs = got.getFirst().equals(expected.getFirst());
        boolean sameInputs = got.subList(1, rank).equals(expected.subList(1, rank));
        if (head.contains(p.name()) && !sameOutputs && sameInputs)
            return "the file has %s classes, the network %s%s"
                    .formatted(got.getFirst(), expected.getFirst(), fitsWithoutHead() ? ": " + LOAD_WITHOUT_HEAD : "");
        if (rank == 4 && isFirstConvolution(p) && !got.get(1).equals(expected.get(1)))
            return "the file's network takes pictures of %s, this one of %s"
                    .formatted(channels(got.get(1)), channels(expected.get(1)));
        if (rank == 4 && got.subList(0, 2).equals(expected.subList(0, 2)))
            return "the file's layer has a kernel of %s×%s, this one of %s×%s"
                    .formatted(got.get(2), got.get(3), expected.get(2), expected.get(3));
        if (rank == 2 && sameOutputs)
            return "the file's layer takes %s features, this one %s: its network may take pictures of another size"
                    .formatted(got.get(1), expected.get(1));
        return "the file's layer is of another width";
    }

    private static String channels(long count) {
        return count == 1 ? "1 channel" : count + " channels";
    }

    private boolean isFirstConvolution(Parameter p) {
        return all.stream()
                .filter(other -> other.shape().rank() == 4)
                .findFirst()
                .filter(p::equals)
                .isPresent();
    }

    private boolean fitsWithoutHead() {
        return part == ModelFile.Part.WHOLE
                && new Fit(metadata, tensors, network, ModelFile.Part.WITHOUT_HEAD).isGood();
    }

    private Optional<String> otherArchitecture() {
        return Optional.ofNullable(metadata.get(ModelFile.ARCHITECTURE))
                .filter(name -> !name.equals(network.name()))
                .map(name -> "the file says that it is " + Quote.of(name));
    }

    private Optional<String> otherHead() {
        return fitsWithoutHead()
                ? Optional.of("the file has another head or none: " + LOAD_WITHOUT_HEAD)
                : Optional.empty();
    }

    /// Wrappers put their own name before all others.
    private Optional<String> otherPrefix() {
        return missing.stream()
                .findFirst()
                .flatMap(name -> unexpected.stream()
                        .filter(other -> other.endsWith("." + name))
                        .findFirst()
                        .map(other -> other.substring(0, other.length() - name.length())))
                .map(prefix -> "the file's names begin with " + Quote.of(prefix) + ", which the network's do not");
    }

    private Optional<String> keras() {
        return unexpected.stream()
                .filter(name -> name.endsWith("/kernel") || name.endsWith("/gamma"))
                .findFirst()
                .map(_ -> "the file's names are those of Keras, not of PyTorch");
    }
}
