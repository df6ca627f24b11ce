package dev.thalweg.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The commands that the README opens with, as they stand there, one after the other in a folder of a new user's.
class ReadmeTest {
    private static final long MINUTES = 15;

    @TempDir
    Path folder;

    @Test
    @Tag("slow")
    void theFirstCommandsDoWhatTheySay() throws IOException, InterruptedException {
        var commands = commands();
        assertThat(commands)
                .containsExactly(List.of("train"), List.of("data", "check", "photos/"), List.of("train", "photos/"));
        photos(folder.resolve("photos"));
        assertThat(thalweg(commands.get(0))).contains("report      runs/shapes-cifarnet-1/report.html");
        assertThat(thalweg(commands.get(1))).contains("photos: 2 classes", "24 pictures looked at");
        assertThat(thalweg(commands.get(2))).contains("report      runs/photos-resnet18-1/report.html");
        for (String run : List.of("shapes-cifarnet-1", "photos-resnet18-1"))
            for (String file : List.of("model.safetensors", "report.html"))
                assertThat(folder.resolve("runs").resolve(run).resolve(file)).isNotEmptyFile();
    }

    /// The first indented lines.
    private static List<List<String>> commands() throws IOException {
        Path readme = Path.of("README.md");
        if (!Files.exists(readme)) readme = Path.of("..", "README.md");
        return Files.readAllLines(readme).stream()
                .dropWhile(line -> !line.startsWith("    ./thalweg "))
                .takeWhile(line -> line.startsWith("    ./thalweg "))
                .map(line -> List.of(line.replaceFirst("#.*", "")
                        .strip()
                        .substring("./thalweg ".length())
                        .split(" +")))
                .toList();
    }

    /// Runs what `./thalweg` runs; returns what was said.
    private String thalweg(List<String> arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xms8m",
                "--enable-native-access=ALL-UNNAMED",
                "--add-modules",
                "jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(arguments);
        Path said = folder.resolve("said");
        var process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        boolean ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
        if (!ended) process.destroyForcibly();
        String text = Files.readString(said);
        assertThat(ended)
                .as("%s is at an end after %d minutes: %s", arguments, MINUTES, text)
                .isTrue();
        assertThat(process.exitValue()).as(text).isZero();
        return text;
    }

    /// Twelve pictures each of dawn and dusk.
    private static void photos(Path photos) throws IOException {
        for (int i = 0; i < 24; i++) {
            boolean dawn = i % 2 == 0;
            var file = photos.resolve(dawn ? "dawn" : "dusk").resolve("%02d.jpg".formatted(i));
            Files.createDirectories(file.getParent());
            var image = new BufferedImage(160, 120, BufferedImage.TYPE_INT_RGB);
            for (int y = 0; y < 120; y++)
                for (int x = 0; x < 160; x++) {
                    float sky = (y + 3 * i % 40 + (x ^ y * i) % 16) / 200f;
                    image.setRGB(x, y, Color.HSBtoRGB(dawn ? 0.1f : 0.7f, sky, dawn ? 1 - sky / 2 : 0.2f + sky));
                }
            ImageIO.write(image, "jpg", file.toFile());
        }
    }
}
