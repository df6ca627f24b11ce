package dev.thalweg.data.catalog;

import dev.thalweg.fuzz.Target;
import java.util.List;

/// Readers of what published data sets bring along.
public final class CatalogTargets {
    public static final List<Target> ALL =
            List.of(Target.ofFile("mat-file", file -> MatFile.read(file).integers("labels")));

    private CatalogTargets() {}
}
