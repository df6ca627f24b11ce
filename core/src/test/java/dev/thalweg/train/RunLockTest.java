package dev.thalweg.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLockTest {
    @TempDir
    Path folder;

    @Test
    void theSecondIsToldWhoHasTheFolder() throws IOException {
        try (var first = RunLock.acquire(folder)) {
            assertThat(first).isNotNull();
            assertThatThrownBy(() -> RunLock.acquire(folder))
                    .hasMessage("%s: process %d is at work in this folder; end it first, or wait"
                            .formatted(folder, ProcessHandle.current().pid()));
            assertThatThrownBy(() -> RunLock.acquire(folder.resolve("../" + folder.getFileName())))
                    .as("by whatever name")
                    .hasMessageContaining("is at work in this folder");
        }
        RunLock.acquire(folder).close();
    }

    @Test
    void whatAKilledProcessLeftIsCleared() throws IOException {
        Files.writeString(folder.resolve(RunLock.NAME), "1\n");
        var half = Files.writeString(folder.resolve(".checkpoint.safetensors.0123456789abcdef.tmp"), "half");
        var kept = Files.writeString(folder.resolve("checkpoint.safetensors"), "whole");
        RunLock.acquire(folder).close();
        assertThat(half).doesNotExist();
        assertThat(kept).hasContent("whole");
    }

    /// Takes the folder that it is given, says so, and waits to be killed.
    static final class Holder {
        static void main(String[] arguments) throws IOException {
            var lock = RunLock.acquire(Path.of(arguments[0]));
            System.out.println(lock);
            System.in.read();
        }
    }

    @Test
    void aDeadProcessHasNothing() throws IOException, InterruptedException {
        var holder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(holder.inputReader().readLine()).isNotNull();
            assertThatThrownBy(() -> RunLock.acquire(folder))
                    .hasMessage(
                            folder + ": process " + holder.pid() + " is at work in this folder; end it first, or wait");
        } finally {
            holder.destroyForcibly().waitFor();
        }
        RunLock.acquire(folder).close();
    }
}
