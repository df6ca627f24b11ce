package dev.thalweg.data.check;

import dev.thalweg.data.SplitOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Data sets checked, and what was found in them.
final class Checks {
    private Checks() {}

    static CheckReport of(Path data) throws IOException {
        return DataCheck.of(data.toString(), SplitOptions.DEFAULT, Scan.Progress.SILENT);
    }

    static Finding finding(CheckReport report, String id) {
        return report.findings().stream()
                .filter(f -> f.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + id + " among " + report.findings()));
    }

    static List<String> ids(CheckReport report) {
        return report.findings().stream().map(Finding::id).toList();
    }

    static List<List<String>> names(Finding finding) {
        return finding.groups().stream()
                .map(group -> group.stream().map(Finding.Item::name).toList())
                .toList();
    }

    /// Two classes of 24 and 22 training and 8 test pictures each, nothing wrong with them.
    static void sound(Path root) throws IOException {
        Folders.scenes(root, "train/ants/", 24, 100);
        Folders.scenes(root, "train/bees/", 22, 200);
        Folders.scenes(root, "test/ants/", 8, 300);
        Folders.scenes(root, "test/bees/", 8, 400);
    }
}
