package dev.thalweg.cli;

import dev.thalweg.data.SplitOptions;
import dev.thalweg.train.ModelStore;
import dev.thalweg.train.Recipe;
import dev.thalweg.train.RecipeFile;
import dev.thalweg.train.RunFolder;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A model that somebody names on the command line: its file, or the folder of its run.
///
/// @param recipe of the run whose folder the file lies in, null if it lies elsewhere
record StoredModel(
        Path file, ModelStore.Stored stored, @Nullable Recipe recipe) {

    static StoredModel read(Path path, Arena arena) throws IOException {
        Path file = path;
        if (Files.isDirectory(path)) {
            file = new RunFolder(path).model();
            if (!Files.exists(file))
                throw new NoSuchFileException(
                        path.toString(),
                        null,
                        Files.exists(new RunFolder(path).checkpoint())
                                ? "this run is not over: there is no model.safetensors yet; train --resume goes on"
                                : "there is no model.safetensors in this folder");
        }
        var stored = ModelStore.read(file, arena);
        Path folder = file.toAbsolutePath().getParent();
        Path recipe = folder == null ? file : new RunFolder(folder).recipe();
        return new StoredModel(file, stored, Files.isRegularFile(recipe) ? RecipeFile.read(recipe) : null);
    }

    /// How the run split its data: the same must be split off again, or the test would be on what was learned.
    SplitOptions split() {
        return recipe == null ? SplitOptions.DEFAULT : recipe.data().split();
    }
}
