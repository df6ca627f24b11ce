package dev.thalweg.format;

import dev.thalweg.fuzz.Target;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;

/// Readers of tensors.
public final class FormatTargets {
    public static final List<Target> ALL = List.of(Target.of(
            "safetensors",
            MalformedFile.class,
            FormatTargets::safetensors,
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"dtype\"",
            "\"shape\"",
            "\"data_offsets\"",
            "\"__metadata__\"",
            "\"F32\"",
            "\"U8\"",
            "\\ud83d",
            "NaN",
            "1e9",
            "-0",
            "\"thalweg.crc32c\""));

    private FormatTargets() {}

    private static void safetensors(byte[] input) throws MalformedFile {
        var file = SafetensorsFile.over(Path.of("x"), MemorySegment.ofArray(input));
        for (var tensor : file.tensors().values()) {
            if (tensor.toArray().length != tensor.size() * tensor.type().bytes())
                throw new AssertionError("a tensor of another size: " + tensor);
        }
        file.verify();
    }
}
