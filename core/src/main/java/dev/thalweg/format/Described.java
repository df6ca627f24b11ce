package dev.thalweg.format;

import java.util.List;

/// What a header says of a tensor, apart from its place.
sealed interface Described permits Entry, StreamedTensor {
    String name();

    DType type();

    List<Long> shape();
}
