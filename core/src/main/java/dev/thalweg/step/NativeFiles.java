package dev.thalweg.step;

import dev.thalweg.step.onednn.Natives;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The native files that the kernels are in, for whoever wants to know whether they are as they should be.
/// Asking loads nothing.
public final class NativeFiles {
    private NativeFiles() {}

    /// One of them.
    ///
    /// @param intact whether it has the content of the jar that it was unpacked from; true where it was not
    public record File(Path path, boolean intact) {}

    /// Those that will be loaded, in that order; unpacks them if need be.
    ///
    /// @throws IllegalStateException if there are none for this platform
    /// @throws java.io.UncheckedIOException if they cannot be unpacked
    public static List<File> look() throws IOException {
        var files = new ArrayList<File>();
        for (Path path : Natives.locate()) files.add(new File(path, Natives.isIntact(path)));
        return files;
    }
}
