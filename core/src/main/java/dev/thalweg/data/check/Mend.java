package dev.thalweg.data.check;

import dev.thalweg.tensor.ShellWord;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/// Commands that mend, as a shell takes them.
final class Mend {
    /// Files that a command names before it reads them from the check's own output.
    private static final int NAMED = 4;

    private Mend() {}

    /// How to delete files.
    ///
    /// @param id of the finding that has them
    /// @param filter of jq, from a finding to the items to be deleted, such as `.groups[][]`
    static String delete(String source, String id, String filter, List<Finding.Item> items) {
        if (!items.stream().allMatch(item -> onDisk(item.file())))
            // Java reads names in other encodings, but cannot say them again.
            return items.stream().anyMatch(item -> item.file().contains("\uFFFD"))
                    ? "by hand, as names of some are not text in this system's encoding (--json lists them all)"
                    : "make the archive or file that they lie in anew without them (--json lists them all)";
        // The longer command parts names at the ends of lines.
        if (items.size() <= NAMED || items.stream().anyMatch(item -> item.file().contains("\n")))
            return items.stream().map(item -> ShellWord.of(item.file())).collect(Collectors.joining(" ", "rm ", ""));
        return "./thalweg data check %s --json | jq -r '.findings[] | select(.id == \"%s\") | %s | .file' | xargs -d '\\n' rm"
                .formatted(ShellWord.of(source), id, filter);
    }

    private static boolean onDisk(String file) {
        try {
            return Files.isRegularFile(Path.of(file));
        } catch (InvalidPathException e) {
            return false;
        }
    }
}
