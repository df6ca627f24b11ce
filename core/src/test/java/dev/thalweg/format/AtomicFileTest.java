package dev.thalweg.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    @TempDir
    Path folder;

    private static AtomicFile.Content text(String text) {
        return channel -> channel.write(ByteBuffer.wrap(text.getBytes(UTF_8)));
    }

    private List<String> files() throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void createsAndReplaces() throws IOException {
        Path path = folder.resolve("file");
        AtomicFile.write(path, text("the first"));
        AtomicFile.write(path, text("second"));
        assertThat(path).hasContent("second");
        assertThat(files()).containsExactly("file");
    }

    @Test
    void theOldFileStaysUntilTheNewOneIsWhole() throws IOException {
        Path path = folder.resolve("file");
        AtomicFile.write(path, text("old"));
        AtomicFile.write(path, channel -> {
            text("new").writeTo(channel);
            assertThat(path).hasContent("old");
            assertThat(files()).hasSize(2).first().asString().matches("\\.file\\.[0-9a-f]{16}\\.tmp");
        });
        assertThat(path).hasContent("new");
    }

    @Test
    void aFailureLeavesTheOldFileAndNothingElse() throws IOException {
        Path path = folder.resolve("file");
        AtomicFile.write(path, text("old"));
        assertThatThrownBy(() -> AtomicFile.write(path, channel -> {
                    text("half of the ne").writeTo(channel);
                    throw new IOException("No space left on device");
                }))
                .isInstanceOf(IOException.class)
                .hasMessage(path + " was not written: No space left on device");
        assertThatThrownBy(() -> AtomicFile.write(path, channel -> {
                    text("half of the ne").writeTo(channel);
                    throw new IllegalStateException("closed");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("closed");
        assertThat(path).hasContent("old");
        assertThat(files()).containsExactly("file");
    }

    /// The last tensor's memory is gone when its turn comes.
    @Test
    void aTensorThatCannotBeReadLeavesTheOldFileAndNothingElse() throws IOException {
        Path path = folder.resolve("model.safetensors");
        var tensors = new ArrayList<Entry>();
        tensors.add(Entry.ofLongs("a", 1, 2, 3));
        Safetensors.write(path, new LinkedHashMap<>(), tensors);
        byte[] old = Files.readAllBytes(path);
        try (var arena = Arena.ofConfined()) {
            tensors.add(new Entry("b", DType.U8, List.of(8L), arena.allocate(8)));
        }
        assertThatThrownBy(() -> Safetensors.write(path, new LinkedHashMap<>(), tensors))
                .isInstanceOf(IllegalStateException.class);
        assertThat(path).hasBinaryContent(old);
        assertThat(files()).containsExactly("model.safetensors");
    }

    @Test
    void aFileThatIsMappedCanBeReplacedByItself() throws IOException {
        Path path = folder.resolve("model.safetensors");
        var values = MemorySegment.ofArray(new byte[] {1, 2, 3});
        Safetensors.write(path, new LinkedHashMap<>(), List.of(new Entry("a", DType.U8, List.of(3L), values)));
        byte[] old = Files.readAllBytes(path);
        try (var arena = Arena.ofConfined()) {
            var file = Safetensors.open(path, arena);
            Safetensors.write(path, file.metadata(), file.tensors().values());
            assertThat(file.get("a").toArray()).containsExactly(1, 2, 3);
        }
        assertThat(path).hasBinaryContent(old);
    }

    @Test
    void refusesAFolderThatIsNotThere() {
        Path path = folder.resolve("no").resolve("file");
        assertThatThrownBy(() -> AtomicFile.write(path, text("x")))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessage(path + ": there is no folder " + path.getParent());
    }

    @Test
    void aFolderIsNotReplaced() throws IOException {
        Path path = Files.createDirectory(folder.resolve("file"));
        Files.writeString(path.resolve("inside"), "x");
        assertThatThrownBy(() -> AtomicFile.write(path, text("x"))).isInstanceOf(IOException.class);
        assertThat(files()).containsExactly("file");
    }

    @Test
    void removesWhatAKilledProcessLeftAnHourAgo() throws IOException {
        Path path = folder.resolve("file");
        Path abandoned = Files.writeString(folder.resolve(".file.0123456789abcdef.tmp"), "half");
        Path recent = Files.writeString(folder.resolve(".file.00000000deadbeef.tmp"), "somebody's");
        Path other = Files.writeString(folder.resolve(".file2.0123456789abcdef.tmp"), "another's");
        Path own = Files.writeString(folder.resolve(".file.notes.tmp"), "the user's");
        for (Path old : List.of(abandoned, other, own))
            Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofMinutes(61))));
        AtomicFile.write(path, text("x"));
        assertThat(abandoned).doesNotExist();
        assertThat(List.of(path, recent, other, own)).allMatch(Files::exists);
    }
}
