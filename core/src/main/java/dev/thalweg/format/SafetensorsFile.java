package dev.thalweg.format;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Quote;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/// A safetensors file in memory, checked; see [Safetensors] for its layout. It may be used by all
/// threads that its arena allows.
public final class SafetensorsFile {
    private final Path path;
    private final MemorySegment file;
    private final SequencedMap<String, String> metadata;
    private final @Nullable String checksum;
    private final SequencedMap<String, Entry> tensors;

    private SafetensorsFile(
            Path path, MemorySegment file, SequencedMap<String, String> metadata, SequencedMap<String, Entry> tensors) {
        this.path = path;
        this.file = file;
        this.checksum = metadata.remove(Contents.KEY);
        this.metadata = Collections.unmodifiableSequencedMap(metadata);
        this.tensors = Collections.unmodifiableSequencedMap(tensors);
    }

    /// @param file all bytes of the file
    static SafetensorsFile over(Path path, MemorySegment file) throws MalformedFile {
        long bytes = file.byteSize();
        if (bytes < Long.BYTES)
            throw new MalformedFile(path, bytes, "expected the header's length in 8 bytes, found the end of the file");
        long length = file.get(JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0);
        if (length < 0 || length > Safetensors.MAX_HEADER)
            throw new MalformedFile(
                    path,
                    0,
                    "expected a header of at most %s bytes, found a length of %s, as in a file of another format"
                            .formatted(Safetensors.MAX_HEADER, Long.toUnsignedString(length)));
        if (length > bytes - Long.BYTES)
            throw new MalformedFile(
                    path,
                    bytes,
                    "expected a header of %s bytes, found the end of the file after %s"
                            .formatted(length, bytes - Long.BYTES));
        byte[] json = file.asSlice(Long.BYTES, length).toArray(JAVA_BYTE);
        long data = Long.BYTES + length;
        var header = HeaderReader.read(path, json, bytes - data);
        var tensors = new LinkedHashMap<String, Entry>();
        for (var t : header.tensors())
            tensors.put(
                    t.name(),
                    new Entry(t.name(), t.type(), t.shape(), file.asSlice(data + t.begin(), t.end() - t.begin())));
        return new SafetensorsFile(path, file, header.metadata(), tensors);
    }

    /// Reads all of the file and compares it with the checksum that it carries, if it carries one.
    ///
    /// @return this
    /// @throws MalformedFile if the file is not as it was written
    public SafetensorsFile verify() throws MalformedFile {
        if (checksum == null) return this;
        String found = Contents.checksum(metadata, tensors.values());
        if (!found.equals(checksum))
            throw new MalformedFile(
                    path,
                    0,
                    "expected contents of checksum %s, found %s: the file was damaged, or changed by a program that kept the '%s' in its metadata"
                            .formatted(Quote.clip(checksum), found, Contents.KEY));
        return this;
    }

    public Path path() {
        return path;
    }

    /// Strings about the file, in its order, but for the checksum that [#verify()] compares.
    public SequencedMap<String, String> metadata() {
        return metadata;
    }

    /// Names of the tensors, in the order of their data.
    public SequencedSet<String> names() {
        return tensors.sequencedKeySet();
    }

    /// All tensors by name, in the order of their data.
    public SequencedMap<String, Entry> tensors() {
        return tensors;
    }

    public Optional<Entry> find(String name) {
        return Optional.ofNullable(tensors.get(name));
    }

    /// The tensor of that name.
    ///
    /// @throws NoSuchElementException if there is none
    public Entry get(String name) {
        return find(name)
                .orElseThrow(() -> new NoSuchElementException("no tensor of %s is named '%s'".formatted(path, name)));
    }

    /// The byte of the file where a tensor's data begin, for messages.
    public long offset(Entry tensor) {
        return tensor.data().address() - file.address();
    }

    /// Writes the tensor's elements into `target`, as [Entry#readFloats] does.
    public void readFloats(String name, FlatVector target) {
        get(name).readFloats(target);
    }

    @Override
    public String toString() {
        return path + ": " + (tensors.size() == 1 ? "1 tensor" : tensors.size() + " tensors");
    }
}
