package dev.thalweg.data;

import java.io.IOException;
import java.util.AbstractList;

/// The files of an archive, in little memory: for each its name and two numbers. A [StoredFile] is made
/// anew each time that one is asked for.
final class PackedFiles extends AbstractList<StoredFile> {
    private final Container container;
    private final NameTable names;
    private final long[] places;
    private final long[] sizes;
    private final int skip;

    /// Where the bytes are. Reading is safe for several threads at once.
    interface Container {
        /// @param place of a file, as the archive gave it to [Members#file]
        /// @param size of the file
        byte[] read(long place, long size) throws IOException;

        /// What to call a file in messages.
        String where(long place, String path);
    }

    /// @param names sorted
    PackedFiles(Container container, NameTable names, long[] places, long[] sizes) {
        this(container, names, places, sizes, 0);
    }

    private PackedFiles(Container container, NameTable names, long[] places, long[] sizes, int skip) {
        this.container = container;
        this.names = names;
        this.places = places;
        this.sizes = sizes;
        this.skip = skip;
    }

    Container container() {
        return container;
    }

    /// What all paths lack that the archive has before them.
    String lacking() {
        var whole = isEmpty() ? "" : names.get(0, 0);
        return isEmpty()
                ? ""
                : whole.substring(0, whole.length() - names.get(0, skip).length());
    }

    /// The same files with paths that lack their first `bytes`.
    PackedFiles without(int bytes) {
        return new PackedFiles(container, names, places, sizes, skip + bytes);
    }

    @Override
    public int size() {
        return places.length;
    }

    @Override
    public StoredFile get(int i) {
        return new StoredFile(names.get(i, skip), sizes[i], new Packed(container, names, i, places[i], sizes[i]));
    }

    private record Packed(Container container, NameTable names, int index, long place, long size)
            implements StoredFile.Source {
        @Override
        public byte[] read() throws IOException {
            return container.read(place, size);
        }

        @Override
        public String where() {
            return container.where(place, names.get(index, 0));
        }

        @Override
        public long place() {
            return place;
        }
    }
}
