package dev.thalweg.report.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.thalweg.report.Browser;
import dev.thalweg.report.SmallRuns;
import dev.thalweg.train.Listener;
import dev.thalweg.train.Progress;
import dev.thalweg.train.Recipe;
import dev.thalweg.train.RecipeFile;
import dev.thalweg.train.Result;
import dev.thalweg.train.RunFolder;
import dev.thalweg.train.Trainer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The page in a real browser, while a run trains; skipped where there is no Chromium.
class LivePageTest {
    @TempDir
    static Path data;

    @TempDir
    static Path profile;

    private static Recipe recipe;
    private static Browser browser;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws IOException {
        var found = Browser.find();
        assumeTrue(found.isPresent(), "needs Chromium, which is not on this machine's PATH");
        recipe = SmallRuns.recipe(data);
        browser = Browser.start(found.get(), profile);
    }

    @AfterAll
    static void end() {
        if (browser != null) browser.close();
    }

    /// A run that takes a step for each permit, on a thread of its own.
    private static final class Run {
        final Semaphore permits = new Semaphore(0);
        final CompletableFuture<Result> result;
        final CompletableFuture<URI> address = new CompletableFuture<>();
        final List<String> said = Collections.synchronizedList(new ArrayList<>());

        Run(Path path, boolean control) {
            this(recipe, path, control);
        }

        Run(Recipe recipe, Path path, boolean control) {
            result = CompletableFuture.supplyAsync(() -> {
                try (var trainer = Trainer.start(recipe, path);
                        var live = Live.at(0, trainer, control, said::add)) {
                    address.complete(live.address());
                    return trainer.listen(live)
                            .listen(new Listener() {
                                @Override
                                public void started(Progress progress) {
                                    permits.acquireUninterruptibly();
                                }

                                @Override
                                public void step(Progress progress) {
                                    permits.acquireUninterruptibly();
                                }
                            })
                            .run();
                } catch (IOException e) {
                    address.completeExceptionally(e);
                    throw new IllegalStateException(e);
                }
            });
        }
    }

    private static void isWellBehaved(Browser.Tab tab) {
        assertThat(tab.evaluate("JSON.stringify([document.documentElement.dataset.error,"
                        + " document.documentElement.dataset.violation])"))
                .isEqualTo("[null,null]");
    }

    private static void awaitText(Browser.Tab tab, String id, String part) {
        tab.await("document.getElementById('%s').textContent.includes(%s)".formatted(id, quoted(part)));
    }

    private static String quoted(String text) {
        return "'" + text + "'";
    }

    @Test
    void aPageFollowsTheRunToItsEnd() {
        var run = new Run(folder.resolve("run"), false);
        var tab = browser.open(run.address.join());
        tab.await("document.documentElement.dataset.live === 'open'");
        assertThat(tab.evaluate("document.querySelectorAll('#live button').length"))
                .isEqualTo("0");
        tab.await("document.querySelector('.state').textContent === 'running'");
        assertThat(tab.evaluate("thalweg.data().epochs.length")).isEqualTo("0");

        run.permits.release(6); // the start, and five steps: an epoch
        awaitText(tab, "live-now", "epoch 1 of 3 · step 5 of 13 · loss ");
        tab.await("thalweg.data().epochs.length === 1");
        tab.await("document.querySelectorAll('#loss canvas').length === 1");
        run.permits.release(5);
        tab.await("thalweg.data().epochs.length === 2");

        run.permits.release(100);
        tab.await("document.documentElement.dataset.live === 'over'");
        assertThat(run.result.join().ended()).isEqualTo(Result.Ended.FINISHED);
        assertThat(tab.evaluate("document.querySelector('.state').textContent")).isEqualTo("finished");
        assertThat(tab.evaluate("thalweg.data().epochs.length")).isEqualTo("3");
        awaitText(tab, "live-connection", "The run is finished. This page stays as it is.");
        assertThat(run.said).containsExactly("Live at " + run.address.join());
        isWellBehaved(tab);
    }

    /// It has no learning rate to set, and each iteration is a step.
    @Test
    void aMinimizerIsFollowedByItsIterations() {
        var run = new Run(SmallRuns.minimized(recipe), folder.resolve("run"), true);
        var tab = browser.open(run.address.join());
        tab.await("document.documentElement.dataset.live === 'open'");
        run.permits.release(3);
        awaitText(tab, "live-now", "iteration 2 of 3 at most · loss ");
        assertThat(tab.evaluate("document.getElementById('live-now').textContent"))
                .endsWith(" so far")
                .doesNotContain("rate", "images/s", "left");
        assertThat(
                        tab.evaluate(
                                "[...document.querySelectorAll('#live button:not([hidden])')].map((b) => b.textContent).join()"))
                .isEqualTo("Pause,Stop now");
        run.permits.release(100);
        tab.await("document.documentElement.dataset.live === 'over'");
        assertThat(run.result.join().ended()).isEqualTo(Result.Ended.FINISHED);
        isWellBehaved(tab);
    }

    @Test
    void aRunIsSteeredFromOneTabAndSeenInAnother() throws IOException {
        var run = new Run(folder.resolve("run"), true);
        var one = browser.open(run.address.join());
        var two = browser.open(run.address.join());
        for (var tab : List.of(one, two)) tab.await("document.documentElement.dataset.live === 'open'");

        one.evaluate("document.getElementById('live-pause').click()");
        awaitText(one, "live-says", "Pauses after this step, with a checkpoint.");
        run.permits.release(2);
        two.await("document.querySelector('.state').textContent === 'paused'");
        awaitText(two, "live-now", "step 1 of 13");
        awaitText(two, "live-now", "paused");
        two.await("document.getElementById('live-pause').hidden && !document.getElementById('live-proceed').hidden");

        rate(two, "0");
        awaitText(two, "live-says", "the factor of the learning rate must be in (0, 1000], got 0.0");
        assertThat(two.evaluate("document.getElementById('live-says').className"))
                .isEqualTo("refused");
        rate(two, "");
        awaitText(two, "live-says", "the factor of the learning rate must be a number, got null");
        rate(two, "0.25");
        awaitText(two, "live-says", "The learning rate is 0.25 times the recipe");
        awaitText(one, "live-now", "(× 0.25)");
        two.evaluate("document.getElementById('live-proceed').click()");
        one.await("document.querySelector('.state').textContent === 'running'");

        one.evaluate("document.getElementById('live-epoch').click()");
        awaitText(one, "live-says", "Stops when this epoch is over");
        run.permits.release(100);
        for (var tab : List.of(one, two)) {
            tab.await("document.documentElement.dataset.live === 'over'");
            awaitText(tab, "live-connection", "The run was stopped; it can be resumed.");
            assertThat(tab.evaluate("document.getElementById('live-pause').disabled"))
                    .isEqualTo("true");
            isWellBehaved(tab);
        }
        var result = run.result.join();
        assertThat(result.ended()).isEqualTo(Result.Ended.STOPPED);
        assertThat(result.steps()).isEqualTo(5);
        assertThat(Files.readString(folder.resolve("run/controls.jsonl")))
                .startsWith("""
                        {"step":1,"what":"pause"}
                        {"step":1,"what":"learning_rate","value":0.25}
                        {"step":1,"what":"proceed"}
                        """)
                .contains("\"stop_after_epoch\"");
        assertThat(two.evaluate("document.querySelector('#recipe .says').textContent"))
                .contains("learning rate × 0.25 after step 1");
    }

    private static void rate(Browser.Tab tab, String factor) {
        tab.evaluate(
                "document.getElementById('live-factor').value = '%s'; document.querySelector('#live form').requestSubmit()"
                        .formatted(factor));
    }

    /// The process that serves is killed: the page says so, and finds the one that takes its place.
    @Test
    void aPageOutlivesItsServer() throws IOException {
        var run = RunFolder.create(folder.resolve("run"));
        RecipeFile.write(run.recipe(), recipe);
        var first = serve(run.path(), 0);
        Browser.Tab tab;
        URI address;
        try {
            address = address(first);
            tab = browser.open(address);
            tab.await("document.documentElement.dataset.live === 'open'");
            // Nobody trains in the folder, and nobody left a result.
            awaitText(tab, "live-connection", "The process has ended before the run did; the run can be resumed.");
        } finally {
            first.destroyForcibly();
        }
        awaitText(tab, "live-connection", "No connection: the process has ended or died.");
        tab.evaluate("window.before = true");
        var second = serve(run.path(), address.getPort());
        try {
            assertThat(address(second)).isEqualTo(address);
            tab.await("document.documentElement.dataset.live === 'open' && !window.before");
        } finally {
            second.destroyForcibly();
        }
    }

    private static Process serve(Path folder, int port) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Serving.class.getName(),
                        folder.toString(),
                        String.valueOf(port))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static URI address(Process process) throws IOException {
        var line =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
        return URI.create(line);
    }

    /// What that process runs.
    static final class Serving {
        private Serving() {}

        public static void main(String[] arguments) throws IOException, InterruptedException {
            var watch = Watch.at(Integer.parseInt(arguments[1]), new RunFolder(Path.of(arguments[0])));
            System.out.println(watch.address());
            Thread.currentThread().join();
        }
    }
}
