package dev.thalweg.format;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A file whose tensors are not those of the network that they were to be loaded into. Nothing was
/// loaded.
public final class MismatchedModel extends IOException {
    private static final long serialVersionUID = 1;

    private final transient List<String> missing;
    private final transient List<String> unexpected;

    MismatchedModel(Path path, String network, String sentence, List<String> missing, List<String> unexpected) {
        super("%s does not fit network %s: %s".formatted(path, network, sentence));
        this.missing = List.copyOf(missing);
        this.unexpected = List.copyOf(unexpected);
    }

    /// Names that the network has and the file has not, all of them.
    public List<String> missing() {
        return missing;
    }

    /// Names that the file has and the network has not, all of them.
    public List<String> unexpected() {
        return unexpected;
    }
}
