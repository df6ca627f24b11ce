package dev.thalweg.data.catalog;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Archives that have a folder for each class already, perhaps below train and val: the outermost folder
/// goes, and folders get the classes' names. A licence beside them comes along.
///
/// @param names of folders, and what the classes are called
record ClassFolders(Map<String, String> names) implements Placement {

    @Override
    public @Nullable String place(String path) {
        int slash = path.indexOf('/');
        if (slash < 0) return null;
        String inner = path.substring(slash + 1);
        var parts = inner.split("/", -1);
        if (parts.length == 1) return parts[0].startsWith("LICENSE") ? inner : null;
        for (int i = 0; i < parts.length - 1; i++) parts[i] = names.getOrDefault(parts[i], parts[i]);
        return String.join("/", parts);
    }
}
