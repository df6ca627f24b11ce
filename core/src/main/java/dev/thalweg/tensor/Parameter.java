package dev.thalweg.tensor;

/// One named tensor inside a flat vector.
///
/// @param name as torchvision names it, for example `layer1.0.conv1.weight`
/// @param offset index of its first element in the flat vector
public record Parameter(String name, Shape shape, Role role, long offset) {

    public long size() {
        return shape.size();
    }

    /// Index one past its last element.
    public long end() {
        return offset + size();
    }
}
