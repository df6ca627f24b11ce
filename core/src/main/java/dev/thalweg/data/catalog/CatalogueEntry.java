package dev.thalweg.data.catalog;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.thalweg.tensor.Require;
import java.util.List;
import java.util.Map;

/// A published data set.
///
/// @param name as a user types it
/// @param pictures what it holds, for people
/// @param licence a sentence
/// @param terms where the licence, or what stands for one, can be read
/// @param citation what its authors ask to be cited
/// @param checksumsFrom who states the lengths and checksums
/// @param classes names of folders in the archive, and what the classes are called; folders not among them
///     keep their names
public record CatalogueEntry(
        String name,
        String title,
        String pictures,
        String licence,
        String terms,
        String citation,
        String checksumsFrom,
        Layout layout,
        Map<String, String> classes,
        List<RemoteFile> files) {

    /// What becomes of the files.
    public enum Layout {
        /// They stay as they are, and are read in place.
        @JsonProperty("as-is")
        AS_IS,
        /// An archive of a folder for each class, perhaps below train and val.
        @JsonProperty("folders")
        FOLDERS,
        /// 102flowers.tgz, imagelabels.mat, setid.mat.
        @JsonProperty("flowers102")
        FLOWERS102,
        /// images.tar.gz, annotations.tar.gz.
        @JsonProperty("pets")
        PETS,
        /// food-101.tar.gz with its lists in meta/.
        @JsonProperty("food101")
        FOOD101
    }

    public CatalogueEntry {
        classes = Map.copyOf(classes);
        files = List.copyOf(files);
        Require.that(name.matches("[a-z0-9][a-z0-9-]*"), "a data set's name must be plain, got '%s'", name);
        Require.that(!files.isEmpty(), "%s: at least one file is needed", name);
    }

    /// Bytes to fetch in all.
    public long bytes() {
        return files.stream().mapToLong(RemoteFile::bytes).sum();
    }
}
