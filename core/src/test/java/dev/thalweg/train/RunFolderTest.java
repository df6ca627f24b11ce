package dev.thalweg.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
    @TempDir
    Path path;

    @Test
    void aLineThatIsHalfThereIsNone() throws IOException {
        var folder = new RunFolder(path);
        Files.writeString(folder.metrics(), "{\"epoch\":1}\n{\"epoch\":2}\n{\"epo");
        assertThat(RunFolder.lines(folder.metrics())).containsExactly("{\"epoch\":1}", "{\"epoch\":2}");
        assertThat(folder.truncate(folder.metrics(), 2)).isEqualTo(2);
        assertThat(folder.metrics()).hasContent("{\"epoch\":1}\n{\"epoch\":2}\n");
        folder.append(folder.metrics(), "{\"epoch\":3}\n");
        assertThat(RunFolder.lines(folder.metrics())).hasSize(3);
        assertThat(folder.truncate(folder.metrics(), 1)).isEqualTo(1);
        assertThat(folder.metrics()).hasContent("{\"epoch\":1}\n");
    }

    /// A power failure may take lines that a checkpoint counts on.
    @Test
    void linesThatWereLostAreCounted() throws IOException {
        var folder = new RunFolder(path);
        assertThat(folder.truncate(folder.metrics(), 3)).isZero();
        Files.write(folder.metrics(), new byte[] {'a', '\n', (byte) 0xff, 'b'});
        assertThat(folder.truncate(folder.metrics(), 3)).isEqualTo(1);
        assertThat(folder.metrics()).hasContent("a\n");
    }

    @Test
    void aFolderThatIsGoneIsSaidToBe() {
        var folder = new RunFolder(path.resolve("gone"));
        assertThatThrownBy(() -> folder.append(folder.metrics(), "x\n"))
                .hasMessage(folder.path() + ": the run's folder is gone");
    }

    @Test
    void aRunNeedsAFolder() throws IOException {
        var file = Files.writeString(path.resolve("file"), "x");
        assertThatThrownBy(() -> RunFolder.create(file))
                .hasMessage(file + ": expected a folder for the run, found a file");
        assertThatThrownBy(() -> RunFolder.create(file.resolve("run")))
                .hasMessage(file.resolve("run") + ": the run's folder cannot be made there: Not a directory");
    }

    /// What a start left that was killed at once is no run.
    @Test
    void aLockAndHalfAFileAreNothing() throws IOException {
        Files.writeString(path.resolve(RunLock.NAME), "1\n");
        Files.writeString(path.resolve(".recipe.json.0123456789abcdef.tmp"), "{");
        assertThat(RunFolder.create(path).path()).isEqualTo(path);
    }
}
