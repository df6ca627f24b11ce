package dev.thalweg.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/// Several files in one input: a line `==== NAME` begins each.
final class Bundle {
    private static final Pattern BEGINNING = Pattern.compile("(?m)^==== ([a-z.-]{1,40})\n");

    private Bundle() {}

    /// By name; of several of one name the last.
    static Map<String, byte[]> files(byte[] input) {
        // Byte by byte, whatever the bytes.
        var text = new String(input, ISO_8859_1);
        var files = new LinkedHashMap<String, byte[]>();
        var beginning = BEGINNING.matcher(text);
        boolean more = beginning.find();
        while (more) {
            var name = beginning.group(1);
            int from = beginning.end();
            more = beginning.find();
            files.put(
                    name,
                    text.substring(from, more ? beginning.start() : text.length())
                            .getBytes(ISO_8859_1));
        }
        return files;
    }
}
