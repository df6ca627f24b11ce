package dev.thalweg.fuzz;

import dev.thalweg.cli.CliTargets;
import dev.thalweg.compare.CompareTargets;
import dev.thalweg.data.DataTargets;
import dev.thalweg.data.catalog.CatalogTargets;
import dev.thalweg.format.FormatTargets;
import dev.thalweg.picture.PictureTargets;
import dev.thalweg.report.ReportTargets;
import dev.thalweg.report.live.LiveTargets;
import dev.thalweg.report.mlflow.MlflowTargets;
import dev.thalweg.train.TrainTargets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// All parsers.
final class Targets {
    /// A folder of inputs for each target, by its name.
    private static final Path CORPUS = Path.of(System.getProperty("thalweg.corpus", "src/test/corpus"));

    private Targets() {}

    static List<Target> all() {
        return Stream.of(
                        DataTargets.ALL,
                        PictureTargets.ALL,
                        CatalogTargets.ALL,
                        FormatTargets.ALL,
                        TrainTargets.ALL,
                        CompareTargets.ALL,
                        ReportTargets.ALL,
                        MlflowTargets.ALL,
                        LiveTargets.ALL,
                        CliTargets.ALL)
                .flatMap(List::stream)
                .toList();
    }

    static Target named(String name) {
        return all().stream()
                .filter(target -> target.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("no target is named '%s'; there are %s".formatted(name, all())));
    }

    static List<String> names() throws IOException {
        try (var folders = Files.list(CORPUS)) {
            return folders.map(folder -> folder.getFileName().toString()).toList();
        }
    }

    /// The committed inputs: good ones of each kind, and every one that once was a finding.
    static List<byte[]> corpus(Target target) throws IOException {
        var inputs = new ArrayList<byte[]>();
        try (var files = Files.list(CORPUS.resolve(target.name()))) {
            for (var file : files.sorted().toList()) inputs.add(Files.readAllBytes(file));
        }
        return inputs;
    }
}
