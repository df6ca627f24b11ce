package dev.thalweg.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thalweg.train.RunFolder;
import dev.thalweg.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Pages as a browser shows them. Skipped, saying so, where there is no browser.
class BrowserTest {
    private static final List<String> CHARTS = List.of("loss", "accuracy", "rate", "gradient", "update");
    private static final List<String> PANELS = List.of(
            "loss",
            "accuracy",
            "rate",
            "gradient",
            "update",
            "layers",
            "confusion",
            "classes",
            "reliability",
            "mistakes",
            "batch",
            "filters",
            "data",
            "time",
            "recipe",
            "machine");

    /// A name that would do harm if anything took it for HTML.
    private static final String HOSTILE =
            "<img src=x onerror=\"document.documentElement.dataset.error='ran'\">{{json}}</script>";

    /// Writes into the page what a test cannot see from outside: the colour behind it, charts without any ink, whether
    /// a
    /// chart survives new data, and what the reader sees of its last value.
    private static final String INSPECTION = """
            const inspect = (left) => {
              const root = document.documentElement;
              root.dataset.background = getComputedStyle(document.body).backgroundColor;
              const inked = (c) => c.width > 0 && c.getContext("2d").getImageData(0, 0, c.width, c.height).data.some((v) => v > 0);
              root.dataset.blank = [...document.querySelectorAll("canvas")].filter((c) => !inked(c)).length;
              // A browser that has just started may take its time to draw.
              if (root.dataset.blank > 0 && left > 0) {
                setTimeout(() => inspect(left - 1), 200);
                return;
              }
              const before = document.querySelector("#loss canvas");
              const run = structuredClone(thalweg.data());
              run.epochs.push({ ...run.epochs.at(-1), end: 4, trainLoss: 0.125 });
              thalweg.render(run).then(() => {
                root.dataset.kept = before === document.querySelector("#loss canvas");
                root.dataset.legend = document.querySelector("#loss .u-legend").textContent;
              });
            };
            setTimeout(() => inspect(25), 1000);
            """;

    @TempDir
    static Path folder;

    static Chromium browser;
    static Run run;

    @BeforeAll
    static void train() throws IOException {
        browser = Chromium.find();
        var recipe = SmallRuns.recipe(folder);
        // Half of what is called dark is bright, so that there are mistakes to be shown.
        for (int i = 0; i < 15; i++)
            Files.copy(
                    folder.resolve("data/bright/%02d.png".formatted(i)),
                    folder.resolve("data/dark/%02d.png".formatted(i)),
                    StandardCopyOption.REPLACE_EXISTING);
        try (var trainer = Trainer.start(recipe, folder.resolve("run"))) {
            trainer.run();
        }
        run = new RunReport(new RunFolder(folder.resolve("run"))).read();
    }

    private static Chromium.Loaded load(String name, String html, String... flags) throws Exception {
        var page = Files.writeString(folder.resolve(name + ".html"), html);
        return browser.load(page, folder.resolve("profile-" + name), flags);
    }

    private static String attribute(Chromium.Loaded page, String name) {
        var matcher =
                Pattern.compile("<html[^>]*\\bdata-" + name + "=\"([^\"]*)\"").matcher(page.dom());
        return matcher.find() ? matcher.group(1) : "";
    }

    private static void isClean(Chromium.Loaded page) {
        assertThat(attribute(page, "ready")).as(page.log()).isEqualTo("true");
        assertThat(attribute(page, "error")).isEmpty();
        assertThat(attribute(page, "violation")).isEmpty();
        // Chromium now and then advises on the test's own reading of canvases.
        assertThat(page.log().lines().filter(line -> !line.contains("willReadFrequently")))
                .noneMatch(line -> line.contains(":CONSOLE"));
    }

    /// The part of the page that is panel `name`.
    private static String panel(Chromium.Loaded page, String name) {
        int begin = page.dom().indexOf("id=\"" + name + "\"");
        assertThat(begin).as("panel " + name).isPositive();
        int start = page.dom().lastIndexOf("<section", begin);
        return page.dom().substring(start, page.dom().indexOf("</section>", begin));
    }

    @ParameterizedTest
    @CsvSource({"light, 1, 'rgb(245, 246, 247)'", "dark, 0, 'rgb(20, 23, 26)'"})
    void everyPanelIsDrawn(String scheme, int preferred, String background) throws Exception {
        var page = load(
                scheme,
                Page.html("run", Page.json(run), INSPECTION, ""),
                "--blink-settings=preferredColorScheme=" + preferred);
        isClean(page);
        assertThat(attribute(page, "background")).isEqualTo(background);
        assertThat(attribute(page, "blank")).isEqualTo("0");
        for (String name : PANELS) {
            var panel = panel(page, name);
            assertThat(panel.substring(0, panel.indexOf('>'))).as(name).doesNotContain("hidden");
            assertThat(panel).as(name).containsPattern("<canvas|<svg|<td");
            assertThat(panel).as(name).containsPattern("<p class=\"read\">[A-Z].{30,}</p>");
        }
        for (String name : CHARTS)
            assertThat(panel(page, name))
                    .as(name)
                    .contains("u-legend")
                    .containsPattern("aria-label=\"[^\"]+: from [^\"]+ to [^\"]+\"");
        // New data is drawn into the chart that is there.
        assertThat(attribute(page, "kept")).isEqualTo("true");
        assertThat(attribute(page, "legend")).contains("mean of the epoch", "0.125");
    }

    @Test
    void textIsNeverTakenForHtml() throws Exception {
        String json = Page.json(run).replace("\"dark\"", PageJson.of(HOSTILE)).replace("“dark”", "dark");
        assertThat(json).contains("onerror");
        var page = load("hostile", Page.html(HOSTILE, json, "", ""));
        isClean(page);
        assertThat(panel(page, "confusion")).contains("&lt;img src=x onerror=").doesNotContain("<img");
        assertThat(panel(page, "batch")).contains("&lt;img src=x onerror=").doesNotContain("<img");
    }

    /// The policy is no decoration: what it forbids does not happen, and the test above would see it.
    @Test
    void thePolicyForbidsTheNetwork() throws Exception {
        var page =
                load("policy", Page.html("run", Page.json(run), "fetch('http://127.0.0.1:9/').catch(() => {});", ""));
        assertThat(attribute(page, "violation")).startsWith("connect-src http://127.0.0.1:9/");
        var injected = load(
                "injected",
                Page.html("run", Page.json(run), "", "")
                        .replace("</main>", "</main><script>document.documentElement.dataset.ran = 'yes'</script>"));
        assertThat(attribute(injected, "ran")).isEmpty();
    }

    @Test
    void aRunWithoutRecordsSaysWhatIsMissing() throws Exception {
        var old = Files.createDirectories(folder.resolve("old"));
        for (String file : List.of("recipe.json", "metrics.jsonl", "result.json"))
            Files.copy(folder.resolve("run").resolve(file), old.resolve(file));
        var page = load("old", Page.of(new RunReport(new RunFolder(old)).read()));
        isClean(page);
        assertThat(panel(page, "loss")).contains("<canvas");
        assertThat(panel(page, "confusion"))
                .contains("did not keep its predictions")
                .doesNotContain("<table");
    }

    @Test
    void runsAreDrawnOverEachOther() throws Exception {
        var folders = List.of(new RunFolder(folder.resolve("run")), new RunFolder(folder.resolve("run")));
        var page = load("comparison", Page.of(new RunComparison(folders).read()));
        isClean(page);
        for (String name : List.of("loss", "validationAccuracy", "gradient"))
            assertThat(panel(page, name)).contains("<canvas");
        assertThat(panel(page, "numbers")).contains("test accuracy");
    }
}
