package dev.thalweg.format;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/// Safetensors files in memory, for other packages' targets.
public final class Tensors {
    private Tensors() {}

    public static SafetensorsFile in(byte[] bytes) throws MalformedFile {
        return SafetensorsFile.over(Path.of("x"), MemorySegment.ofArray(bytes));
    }
}
