package dev.thalweg.data;

import dev.thalweg.format.MalformedFile;
import dev.thalweg.picture.PictureKind;
import dev.thalweg.tensor.Quote;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Opens data sets, recognising the format from what is there:
///
/// | locator | what it may be |
/// |---|---|
/// | `shapes`, `shapes:1000` | the generated set with so many training examples, see [Shapes] |
/// | a folder | see [ImageFolder], [Idx] and [CifarBinary]; or it holds archives, see [ArchiveSet] |
/// | a folder with a table, or a `.csv` or `.tsv` | pictures named with their classes, see [LabelTable] |
/// | a `.parquet` file, or a folder of them | as Hugging Face publishes image data sets, see [ParquetFiles] |
/// | a `.tar`, `.tar.gz` or `.zip` | any of these without unpacking, and [WebDataset]'s samples |
/// | a `.safetensors` | decoded pictures, see [PictureFile] |
///
/// Folders that hold nothing but one folder are looked through. Where the source has no test part,
/// [SplitOptions] and [Parts] say what becomes of it.
public final class DataSets {
    private static final Logger LOG = LoggerFactory.getLogger(DataSets.class);

    private static final List<Format> FORMATS = List.of(
            Idx::open, CifarBinary::open, new LabelTable(), new WebDataset(), new ImageFolder(), new ParquetFiles());

    private DataSets() {}

    /// Opens a data set with the default split.
    public static DataSet open(String locator) throws IOException {
        return open(locator, SplitOptions.DEFAULT);
    }

    /// Opens the data set that `locator` names.
    ///
    /// @throws NoSuchFileException if there is nothing at `locator`
    /// @throws MalformedFile if no data set is recognised there, or one is found to be damaged
    public static DataSet open(String locator, SplitOptions options) throws IOException {
        if (Shapes.isLocator(locator)) return Shapes.open(locator, options);
        return open(Path.of(locator), options);
    }

    public static DataSet open(Path path, SplitOptions options) throws IOException {
        var set = read(path, options);
        for (var note : set.notes()) LOG.warn("{}: {}", Quote.line(path.toString()), Quote.line(note));
        return set;
    }

    /// What is at `path` as folders of pictures, whether or not it can be opened; null if it is a table, which
    /// is not told by what else lies beside it.
    ///
    /// @throws MalformedFile if it is neither a folder nor an archive that can be read
    public static @Nullable PictureTree look(Path path) throws IOException {
        var tree = tree(path);
        if (tree == null) return null;
        try {
            return PictureTree.of(tree);
        } finally {
            tree.close();
        }
    }

    private static DataSet read(Path path, SplitOptions options) throws IOException {
        if (PictureFile.isName(path.toString()) && Files.isRegularFile(path))
            return PictureFile.open(nameOf(path), path, options);
        var tree = tree(path);
        if (tree == null) return LabelTable.open(path, options);
        try {
            return recognise(nameOf(path), tree, options);
        } catch (IOException | RuntimeException e) {
            tree.close();
            throw e;
        }
    }

    /// The files of the folder or archive at `path`; null if it is a table.
    private static @Nullable FileTree tree(Path path) throws IOException {
        if (!Files.exists(path))
            throw new NoSuchFileException(
                    path.toString(),
                    null,
                    "there is no such file or folder; give a folder, a %s archive, a .csv, .tsv, .parquet or"
                                    .formatted(Archives.NAMES)
                            + " .safetensors file, or 'shapes' for the generated set");
        if (Files.isDirectory(path)) return FileTree.ofFolder(path);
        byte[] head;
        try (var in = Files.newInputStream(path)) {
            head = in.readNBytes(512);
        }
        var archive = Archives.open(path, head);
        if (archive != null) return archive;
        if (Table.isTableName(path.toString())) return null;
        if (ParquetFiles.isParquet(head, path.toString()))
            return new FileTree(path.toString(), List.of(FileTree.file(path)), () -> {});
        throw MalformedFile.unsuitable(
                path.toString(),
                0,
                "expected a folder, a %s archive, or a .csv, .tsv or .parquet file, found %s; of a data set in several"
                                .formatted(Archives.NAMES, head.length == 0 ? "an empty file" : "another kind of file")
                        + " files (IDX, CIFAR) give the folder");
    }

    private static DataSet recognise(String name, FileTree tree, SplitOptions options) throws IOException {
        var set = recognised(name, tree, options);
        if (set != null) return set;
        var archives = tree.lookThrough(false).atTop().stream()
                .filter(file -> Archives.isArchiveName(file.name()))
                .toList();
        if (!archives.isEmpty()) {
            var paths = archives.stream().map(StoredFile::onDisk).toList();
            if (paths.contains(null))
                throw MalformedFile.unsuitable(
                        archives.getFirst().where(),
                        0,
                        "expected pictures, found an archive inside an archive: unpack the outer one and give the inner one");
            return paths.size() == 1 ? read(paths.getFirst(), options) : readAll(name, tree.where(), paths, options);
        }
        throw MalformedFile.unsuitable(
                tree.where(),
                0,
                "found 0 images. Expected folders of " + PictureKind.NAMES + " files, one for each class,\n"
                        + ImageFolder.EXPECTED_TREE
                        + "or a table of paths and labels beside them (labels.csv),\n"
                        + "or Parquet files (train-00000-of-00001.parquet …),\n"
                        + "or IDX files (train-images-idx3-ubyte.gz …), or CIFAR's (data_batch_1.bin …), or "
                        + Archives.NAMES
                        + " archives of any of these. Found:\n"
                        + tree.describe().stripTrailing());
    }

    /// What the first format that knows these files makes of them; null if none does.
    static @Nullable DataSet recognised(String name, FileTree tree, SplitOptions options) throws IOException {
        for (var format : FORMATS) {
            var set = format.open(name, tree, options);
            if (set != null) return set.withNotes(tree.notes());
        }
        return null;
    }

    private static DataSet readAll(String name, String where, List<Path> archives, SplitOptions options)
            throws IOException {
        var tree = ArchiveSet.open(where, archives);
        try {
            return recognise(name, tree, options);
        } catch (IOException | RuntimeException e) {
            tree.close();
            throw e;
        }
    }

    /// The name of the folder or of the file without its ending; of a file named as a part of a set, that
    /// of its folder.
    static String nameOf(Path path) {
        var whole = path.toAbsolutePath().normalize();
        var file = whole.getFileName();
        if (file == null) return "root";
        if (Files.isDirectory(path)) return file.toString();
        var stem = Archives.stem(file.toString()).replaceFirst("(?i)\\.([ct]sv|parquet|safetensors)$", "");
        boolean part = Part.named(stem.replaceFirst("-\\d.*", "")) != null;
        var folder = whole.getParent();
        if (!part && !stem.equals("labels") && !stem.equals("metadata") || folder == null) return stem;
        return nameOf(folder.endsWith("data") && folder.getParent() != null ? folder.getParent() : folder);
    }
}
