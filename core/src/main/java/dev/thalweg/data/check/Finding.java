package dev.thalweg.data.check;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One thing that was found, and what to do about it.
///
/// @param id what kind of thing it is: one of the words listed at [DataCheck], which do not change
/// @param sentence what was found
/// @param mend a command or an edit that mends it; null where nothing needs to be done
/// @param groups the pictures concerned; those of one group belong together, as copies of each other do,
///     and a picture by itself is a group of one
public record Finding(
        String id,
        Severity severity,
        String sentence,
        @Nullable String mend,
        List<List<Item>> groups) {

    public Finding {
        groups = groups.stream().map(List::copyOf).toList();
    }

    /// About no picture in particular.
    Finding(String id, Severity severity, String sentence, @Nullable String mend) {
        this(id, severity, sentence, mend, List.of());
    }

    /// One picture.
    ///
    /// @param part `train`, `validation` or `test`; empty where the data could not be opened
    /// @param className its label; empty likewise
    /// @param name what the data set calls it, the same on every machine
    /// @param file where it lies: a path, or `archive!/path`; the name where it is no file
    /// @param detail what is the matter with it, where the sentence does not say so already
    public record Item(
            String part,
            @JsonProperty("class") String className,
            String name,
            String file,
            @Nullable String detail) {}
}
