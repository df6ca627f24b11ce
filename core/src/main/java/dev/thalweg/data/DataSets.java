package dev.thalweg.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Opens data sets, recognising the format from what is there:
///
/// | locator | what it may be |
/// |---|---|
/// | `shapes`, `shapes:1000` | the generated set with so many training examples, see [Shapes] |
/// | a folder | see [ImageFolder], [Idx] and [CifarBinary]; or it holds one archive |
/// | a `.tar`, `.tar.gz` or `.tgz` | any of these without unpacking, see [TarArchive] |
/// | a `.safetensors` | decoded pictures, see [PictureFile] |
///
/// Folders that hold nothing but one folder are looked through. Where the source has no test part,
/// [SplitOptions] and [Parts] say what becomes of it.
public final class DataSets {
    private static final Logger LOG = LoggerFactory.getLogger(DataSets.class);

    private static final List<Format> FORMATS = List.of(Idx::open, CifarBinary::open, new ImageFolder());

    private DataSets() {}

    /// Opens a data set with the default split.
    public static DataSet open(String locator) throws IOException {
        return open(locator, SplitOptions.DEFAULT);
    }

    /// Opens the data set that `locator` names.
    ///
    /// @throws NoSuchFileException if there is nothing at `locator`
    /// @throws MalformedData if no data set is recognised there, or one is found to be damaged
    public static DataSet open(String locator, SplitOptions options) throws IOException {
        if (Shapes.isLocator(locator)) return Shapes.open(locator, options);
        return open(Path.of(locator), options);
    }

    public static DataSet open(Path path, SplitOptions options) throws IOException {
        var set = read(path, options);
        for (var note : set.notes()) LOG.warn("{}: {}", path, note);
        return set;
    }

    private static DataSet read(Path path, SplitOptions options) throws IOException {
        if (!Files.exists(path))
            throw new NoSuchFileException(
                    path.toString(),
                    null,
                    "there is no such file or folder; give a folder, a tar archive, or 'shapes' for the generated set");
        if (PictureFile.isName(path.toString()) && Files.isRegularFile(path))
            return PictureFile.open(nameOf(path), path, options);
        var tree = Files.isDirectory(path) ? FileTree.ofFolder(path) : archive(path);
        try {
            return recognise(nameOf(path), tree, options);
        } catch (IOException | RuntimeException e) {
            tree.close();
            throw e;
        }
    }

    private static DataSet recognise(String name, FileTree tree, SplitOptions options) throws IOException {
        for (var format : FORMATS) {
            var set = format.open(name, tree, options);
            if (set != null) return set;
        }
        var archives = tree.lookThrough(false).atTop().stream()
                .filter(file -> TarArchive.isTarName(file.name()))
                .toList();
        if (archives.size() == 1
                && Files.isRegularFile(Path.of(archives.getFirst().where())))
            return read(Path.of(archives.getFirst().where()), options);
        throw new MalformedData(
                tree.where(),
                0,
                "found 0 images. Expected folders of " + PictureKind.NAMES + " files, one for each class,\n"
                        + ImageFolder.EXPECTED_TREE
                        + "or IDX files (train-images-idx3-ubyte.gz …), or CIFAR's (data_batch_1.bin …), or one .tar or"
                        + " .tar.gz of any of these. Found:\n"
                        + tree.describe().stripTrailing());
    }

    private static FileTree archive(Path path) throws IOException {
        byte[] head;
        try (var in = Files.newInputStream(path)) {
            head = in.readNBytes(512);
        }
        if (TarArchive.isTar(head) || (Gzip.isGzip(head) && TarArchive.isTarName(path.toString())))
            return TarArchive.open(path);
        throw new MalformedData(
                path.toString(),
                0,
                "expected a folder, or a .tar, .tar.gz or .tgz archive, found another kind of file; of a data set in"
                        + " several files (IDX, CIFAR) give the folder");
    }

    private static String nameOf(Path path) {
        var file = path.toAbsolutePath().normalize().getFileName();
        var name = file == null ? "root" : file.toString();
        return Files.isDirectory(path) ? name : name.replaceFirst("\\.(tar|tar\\.gz|tgz|safetensors)$", "");
    }
}
