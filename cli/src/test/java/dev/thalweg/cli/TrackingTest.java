package dev.thalweg.cli;

import static dev.thalweg.cli.Ran.thalweg;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who else hears of a run, from the command line.
class TrackingTest {
    @TempDir
    Path folder;

    private static Ran train(Path out, Object... more) {
        var words = new Object[more.length + 12];
        var first = new Object[] {
            "train", "shapes:60", "--model", "mlp", "--size", "8", "--batch", "16", "--epochs", "2", "--out", out
        };
        System.arraycopy(first, 0, words, 0, first.length);
        System.arraycopy(more, 0, words, first.length, more.length);
        return thalweg(words);
    }

    /// A server that refuses everybody.
    private static ServerSocket refusing() throws IOException {
        var server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try (var socket = server.accept()) {
                    var lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
                    for (var line = lines.readLine(); line != null && !line.isEmpty(); ) line = lines.readLine();
                    socket.getOutputStream()
                            .write("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                                    .getBytes(US_ASCII));
                } catch (IOException e) {
                    // closed
                }
            }
        });
        return server;
    }

    @Test
    void allOfThemTogether() throws IOException {
        var run = folder.resolve("run");
        try (var server = refusing()) {
            String uri = "http://127.0.0.1:" + server.getLocalPort();
            var ran = train(run, "--tensorboard", "--live=0", "--control", "--mlflow=" + uri);
            assertThat(ran.status()).as(ran.err()).isZero();
            assertThat(ran.err())
                    .containsPattern("(?m)^Live at http://127\\.0\\.0\\.1:\\d+/$")
                    .contains("Nothing more is recorded in MLflow, training goes on: " + uri + ": it answers 401")
                    .contains("MLflow did not get everything: ");
        }
        try (var files = Files.list(run.resolve("tensorboard"))) {
            assertThat(files)
                    .singleElement()
                    .satisfies(file -> assertThat(file.getFileName().toString()).startsWith("events.out.tfevents."));
        }
        assertThat(run.resolve("mlflow-unsent.jsonl")).isNotEmptyFile();
        assertThat(run.resolve("report.html")).isNotEmptyFile();
    }

    @Test
    void portsThatAreTaken() throws IOException {
        try (var server = refusing()) {
            var ran = train(folder.resolve("run"), "--live", server.getLocalPort());
            assertThat(ran.status()).isEqualTo(Exit.USAGE);
            assertThat(ran.err().strip())
                    .isEqualTo("thalweg train: --live: port %s is taken; choose another one"
                            .formatted(server.getLocalPort()));
        }
        assertThat(folder.resolve("run")).doesNotExist();
    }

    @Test
    void eventsNeedAFolder() throws IOException {
        var file = Files.writeString(folder.resolve("file"), "x");
        var ran = train(folder.resolve("run"), "--tensorboard=" + file);
        assertThat(ran.status()).isEqualTo(Exit.USAGE);
        assertThat(ran.err().strip())
                .isEqualTo("thalweg train: --tensorboard: expected a folder, found the file " + file);
        assertThat(folder.resolve("run")).doesNotExist();
    }

    /// A folder for event files may be said; the next word is no folder.
    @Test
    void optionalValuesDoNotTakeTheData() throws IOException {
        var events = folder.resolve("events");
        var ran = thalweg(
                "train",
                "--tensorboard=" + events,
                "--live=0",
                "shapes:60",
                "--model",
                "mlp",
                "--size",
                "8",
                "--batch",
                "16",
                "--epochs",
                "1",
                "--out",
                folder.resolve("run"));
        assertThat(ran.status()).as(ran.err()).isZero();
        assertThat(events).isNotEmptyDirectory();
        assertThat(folder.resolve("run/tensorboard")).doesNotExist();
    }

    @Test
    void aSteeredRunIsRepeatedWithItsControls() throws IOException {
        var controls = Files.writeString(
                folder.resolve("controls.jsonl"), "{\"step\":2,\"what\":\"learning_rate\",\"value\":0.5}\n");
        var one = train(folder.resolve("one"), "--replay", controls);
        assertThat(one.status()).as(one.err()).isZero();
        assertThat(folder.resolve("one/controls.jsonl")).hasSameTextualContentAs(controls);
        assertThat(Files.readString(folder.resolve("one/result.json"))).contains("\"what\" : \"learning_rate\"");

        var without = thalweg("train", "--recipe", folder.resolve("one"), "--out", folder.resolve("two"));
        assertThat(without.err())
                .contains(
                        "The learning rate of the run in %s was changed while it trained; --replay %s does the same here."
                                .formatted(folder.resolve("one"), folder.resolve("one/controls.jsonl")));
        var with = thalweg(
                "train",
                "--recipe",
                folder.resolve("one"),
                "--replay",
                folder.resolve("one/controls.jsonl"),
                "--out",
                folder.resolve("three"));
        assertThat(with.err()).doesNotContain("was changed");
        var model = folder.resolve("one/model.safetensors");
        assertThat(Files.mismatch(folder.resolve("three/model.safetensors"), model))
                .isEqualTo(-1);
        assertThat(Files.mismatch(folder.resolve("two/model.safetensors"), model))
                .isNotEqualTo(-1);
    }
}
