package dev.thalweg.nn;

import dev.thalweg.tensor.Layout;
import dev.thalweg.tensor.Parameter;
import dev.thalweg.tensor.Require;
import dev.thalweg.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// An immutable graph of named layers with one input and one output, the class scores.
///
///     Network lenet = Network.build("lenet", Shape.of(1, 28, 28), x -> x
///             .then("conv1", Layers.convolution(6, 5).padding(2)).then(Layers.relu()).then(Layers.maxPool(2))
///             .then("conv2", Layers.convolution(16, 5)).then(Layers.relu()).then(Layers.maxPool(2))
///             .then(Layers.flatten())
///             .then("fc", Layers.linear(10)));
///
/// Shapes are inferred and checked as each layer is added. The canonical order of parameters is the
/// order in which layers were added, within a layer weight before bias.
public final class Network {

    /// A layer in its place.
    ///
    /// @param index its position in [#nodes()]; inputs come before
    /// @param inputs indices of the nodes whose outputs it takes
    /// @param shape of its output for one example
    /// @param parameters trained tensors, places in the network's parameter vector
    /// @param statistics running statistics, places in the network's statistics vector
    /// @param inits how the tensors start: first the parameters', then the statistics'
    public record Node(
            int index,
            String name,
            Layer layer,
            List<Integer> inputs,
            Shape shape,
            List<Parameter> parameters,
            List<Parameter> statistics,
            List<Init> inits) {}

    private final String name;
    private final List<Node> nodes;
    private final Layout parameters;
    private final Layout statistics;
    private final Set<String> frozen;

    private Network(String name, List<Node> nodes, Layout parameters, Layout statistics, Set<String> frozen) {
        this.name = name;
        this.nodes = List.copyOf(nodes);
        this.parameters = parameters;
        this.statistics = statistics;
        this.frozen = Set.copyOf(frozen);
    }

    /// The network that `body` builds from its input.
    ///
    /// @param input the shape of one example, (channels, height, width) or (features)
    /// @throws IllegalArgumentException naming the layer, what it expected and what it got
    public static Network build(String name, Shape input, UnaryOperator<Wire> body) {
        var builder = new Builder(input);
        Wire output = body.apply(new Wire(builder, 0));
        Require.that(output.isOf(builder), "network %s: its output belongs to another network", name);
        Require.that(
                output.node() == builder.nodes.size() - 1,
                "network %s: the last layer added, '%s', is not its output",
                name,
                builder.nodes.getLast().name());
        Require.that(
                output.shape().rank() == 1,
                "network %s: the output must be (classes), got %s; end with a flatten or pool and a linear layer",
                name,
                output.shape());
        var used =
                builder.nodes.stream().flatMap(node -> node.inputs().stream()).collect(Collectors.toSet());
        for (var node : builder.nodes)
            Require.that(
                    used.contains(node.index()) || node.index() == output.node(),
                    "network %s: nothing takes the output of layer '%s'",
                    name,
                    node.name());
        return new Network(name, builder.nodes, builder.parameters.build(), builder.statistics.build(), builder.frozen);
    }

    public String name() {
        return name;
    }

    /// All layers, each after its inputs; the first is the [Input], the last the output.
    public List<Node> nodes() {
        return nodes;
    }

    /// The shape of one example.
    public Shape input() {
        return nodes.getFirst().shape();
    }

    /// How many scores come out.
    public int classes() {
        return nodes.getLast().shape().channels();
    }

    /// The trained tensors, in canonical order.
    public Layout parameters() {
        return parameters;
    }

    /// The running statistics, in canonical order.
    public Layout statistics() {
        return statistics;
    }

    /// Names of the parameters that keep their initial value unless a recipe says otherwise.
    public Set<String> frozen() {
        return frozen;
    }

    /// Multiply-adds of one example's forward pass.
    public long multiplyAdds() {
        return nodes.stream()
                .mapToLong(node -> node.layer().multiplyAdds(inputShapes(node)))
                .sum();
    }

    /// Shapes of what a node takes in.
    public List<Shape> inputShapes(Node node) {
        return node.inputs().stream().map(i -> nodes.get(i).shape()).toList();
    }

    @Override
    public String toString() {
        return "%s: %s → %d classes, %d layers, %,d parameters"
                .formatted(name, input(), classes(), nodes.size() - 1, parameters.length());
    }

    /// Collects nodes in order; used through [Wire].
    static final class Builder {
        private final List<Node> nodes = new ArrayList<>();
        private final Layout.Builder parameters = new Layout.Builder();
        private final Layout.Builder statistics = new Layout.Builder();
        private final Set<String> names = new HashSet<>();
        private final Set<String> frozen = new LinkedHashSet<>();
        private final Map<String, Integer> kinds = new HashMap<>();

        Builder(Shape input) {
            Require.that(
                    input.rank() == 3 || input.rank() == 1,
                    "a network's input must be (channels, height, width) or (features), got %s",
                    input);
            var layer = new Input(input);
            nodes.add(new Node(0, "input", layer, List.of(), input, List.of(), List.of(), List.of()));
            names.add("input");
        }

        Shape shape(int node) {
            return nodes.get(node).shape();
        }

        Wire add(@Nullable String given, Layer layer, Wire... wires) {
            String name = given != null ? given : numbered(layer.kind());
            Require.that(names.add(name), "two layers are named '%s'", name);
            Require.that(
                    layer.arity() < 0 ? wires.length >= 2 : wires.length == layer.arity(),
                    "layer '%s' takes %s, got %s; use plus, scaledBy, beside or join",
                    name,
                    layer.arity() < 0
                            ? "two inputs or more"
                            : layer.arity() + (layer.arity() == 1 ? " input" : " inputs"),
                    wires.length);
            var inputs = new ArrayList<Integer>();
            var shapes = new ArrayList<Shape>();
            for (Wire wire : wires) {
                Require.that(wire.isOf(this), "layer '%s' takes the output of a layer of another network", name);
                inputs.add(wire.node());
                shapes.add(wire.shape());
            }
            Shape shape;
            List<Layer.Slot> slots;
            try {
                shape = layer.output(shapes);
                slots = layer.tensors(shapes);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("layer '%s': %s".formatted(name, e.getMessage()), e);
            }
            var trained = new ArrayList<Parameter>();
            var running = new ArrayList<Parameter>();
            var trainedInits = new ArrayList<Init>();
            var runningInits = new ArrayList<Init>();
            for (var slot : slots) {
                String full = name + "." + slot.name();
                if (slot.role().trained()) {
                    trained.add(parameters.add(full, slot.shape(), slot.role()));
                    trainedInits.add(slot.init());
                    if (slot.frozen()) frozen.add(full);
                } else {
                    running.add(statistics.add(full, slot.shape(), slot.role()));
                    runningInits.add(slot.init());
                }
            }
            trainedInits.addAll(runningInits);
            var node = new Node(
                    nodes.size(),
                    name,
                    layer,
                    List.copyOf(inputs),
                    shape,
                    List.copyOf(trained),
                    List.copyOf(running),
                    List.copyOf(trainedInits));
            nodes.add(node);
            return new Wire(this, node.index());
        }

        /// The kind and the next number that no layer was named by hand.
        private String numbered(String kind) {
            String name;
            do name = kind + kinds.merge(kind, 1, Integer::sum);
            while (names.contains(name));
            return name;
        }
    }
}
