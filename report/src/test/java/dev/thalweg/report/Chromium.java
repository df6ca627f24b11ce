package dev.thalweg.report;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A browser without a window, which may not find any host.
///
/// @param program Chromium or Chrome
record Chromium(Path program) {
    private static final long SECONDS = 120;

    /// What a page is after its script has run.
    ///
    /// @param dom as HTML
    /// @param log the browser's own, with what the page wrote to the console
    record Loaded(String dom, String log) {}

    /// The one that THALWEG_CHROMIUM names, or the first on the PATH; without one the test is skipped.
    static Chromium find() {
        var found = Optional.ofNullable(System.getenv("THALWEG_CHROMIUM"))
                .map(Path::of)
                .or(() -> Stream.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
                        .flatMap(name -> Stream.of(System.getenv("PATH").split(File.pathSeparator))
                                .map(folder -> Path.of(folder, name)))
                        .filter(Files::isExecutable)
                        .findFirst());
        assumeTrue(
                found.isPresent(),
                "skipped: there is no chromium or google-chrome on the PATH, and THALWEG_CHROMIUM names none");
        return new Chromium(found.get());
    }

    /// Loads `page` and lets it come to rest.
    ///
    /// @param profile a folder for the browser's own files
    Loaded load(Path page, Path profile, String... flags) throws IOException, InterruptedException {
        Files.createDirectories(profile);
        var command = new ArrayList<>(List.of(
                program.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--user-data-dir=" + profile,
                "--host-resolver-rules=MAP * ~NOTFOUND",
                "--window-size=1280,2000",
                "--virtual-time-budget=8000",
                "--enable-logging=stderr"));
        command.addAll(List.of(flags));
        command.addAll(List.of("--dump-dom", page.toUri().toString()));
        var dom = profile.resolve("dom.html");
        var log = profile.resolve("log.txt");
        var process = new ProcessBuilder(command)
                .redirectOutput(dom.toFile())
                .redirectError(log.toFile())
                .start();
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            throw new AssertionError(
                    "the browser did not end within %d s: %s".formatted(SECONDS, Files.readString(log)));
        }
        return new Loaded(Files.readString(dom), Files.readString(log));
    }
}
