package dev.thalweg.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thalweg.compare.Standings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The page of a comparison as a browser shows it. Skipped, saying so, where there is no browser.
class ContestPageTest {
    private static final List<String> PANELS = List.of("results", "epochs", "seconds", "search", "how", "recipe");

    /// Presses what a reader would press, and writes into the page what came of it.
    private static final String READER = """
            setTimeout(() => {
              const root = document.documentElement;
              const inked = (c) => c.width > 0 && c.getContext("2d").getImageData(0, 0, c.width, c.height).data.some((v) => v > 0);
              root.dataset.background = getComputedStyle(document.body).backgroundColor;
              root.dataset.blank = [...document.querySelectorAll("canvas")].filter((c) => !inked(c)).length;
              const shown = (panel) => [...document.querySelectorAll(`#${panel} .u-series:not(.u-off)`)].length - 1;
              const press = (panel, text) => [...document.querySelectorAll(`#${panel} button`)].find((b) => b.textContent === text).click();
              const names = () => [...document.querySelectorAll("#results tbody tr:not(.remark) td:first-child")].map((c) => c.textContent);
              root.dataset.first = names()[0];
              press("results", "learning rate");
              root.dataset.slowest = names()[0];
              root.dataset.last = names().at(-1);
              document.querySelector("#epochs .u-series:nth-child(3) th").click();
              root.dataset.less = `${shown("epochs")} ${shown("seconds")}`;
              press("epochs", "none");
              root.dataset.none = `${shown("epochs")} ${shown("seconds")}`;
              press("epochs", "leaders");
              root.dataset.leaders = shown("seconds");
              press("epochs", "all");
              root.dataset.all = `${shown("epochs")} ${shown("seconds")}`;
              for (const name of ["bands", "close-up"]) press("seconds", name);
              document.querySelector("#results tbody tr").dispatchEvent(new Event("mouseenter"));
              document.querySelector("#results tbody tr").dispatchEvent(new Event("mouseleave"));
              thalweg.render(structuredClone(thalweg.data())).then(() => { root.dataset.again = shown("epochs"); });
            }, 1000);
            """;

    @TempDir
    static Path folder;

    private static Chromium.Loaded load(String name, ContestPage page, String script, String... flags)
            throws Exception {
        var file =
                Files.writeString(folder.resolve(name + ".html"), Page.html(page.title(), Page.json(page), script, ""));
        return Chromium.find().load(file, folder.resolve("profile-" + name), flags);
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
        assertThat(page.log()).doesNotContain(":CONSOLE");
    }

    private static String panel(Chromium.Loaded page, String name) {
        int begin = page.dom().indexOf("id=\"" + name + "\"");
        assertThat(begin).as("panel " + name).isPositive();
        int start = page.dom().lastIndexOf("<section", begin);
        return page.dom().substring(start, page.dom().indexOf("</section>", begin));
    }

    @ParameterizedTest
    @CsvSource({"light, 1, 'rgb(245, 246, 247)'", "dark, 0, 'rgb(20, 23, 26)'"})
    void everyPanelIsDrawnAndAnswers(String scheme, int preferred, String background) throws Exception {
        var page = load(
                scheme,
                new ContestReport(SampleStandings.of(8)).read(),
                READER,
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
        // Nineteen rules have curves; the first column sorted by is accuracy, then the rate, rules without one last.
        assertThat(attribute(page, "first")).isEqualTo("sgd");
        assertThat(attribute(page, "slowest")).isNotEqualTo("sgd");
        assertThat(attribute(page, "last")).isEqualTo("adam:beta1=0.19");
        assertThat(attribute(page, "less")).isEqualTo("18 18");
        assertThat(attribute(page, "none")).isEqualTo("0 0");
        assertThat(Integer.parseInt(attribute(page, "leaders"))).isBetween(1, 10);
        assertThat(attribute(page, "all")).isEqualTo("19 19");
        assertThat(attribute(page, "again")).isEqualTo("19");
        assertThat(panel(page, "search").split("<svg", -1)).hasSize(1 + 20);
        assertThat(panel(page, "search").split(">×", -1)).hasSize(1 + 6);
        assertThat(panel(page, "results"))
                .contains("adam:beta1=0.18: 1 of 5 full runs diverged", "epochs to 85 %", "test accuracy, %");
    }

    /// Before a full run is over, the page says so; names are text.
    @Test
    void aComparisonThatHasJustBegun() throws Exception {
        var all = SampleStandings.of(3, List.of("sgd", "adam", "lion"));
        var begun = new Standings(
                all.data(),
                "<img src=x onerror=\"document.documentElement.dataset.error='ran'\">",
                all.parameters(),
                all.precision(),
                all.machines(),
                all.began(),
                all.settings(),
                null,
                false,
                all.optimizers().stream()
                        .map(row -> new Standings.Row(
                                row.name(),
                                row.decay(),
                                row.usualRate(),
                                row.name().equals("sgd") ? row.search() : List.of(),
                                false,
                                null,
                                false,
                                List.of(),
                                NONE,
                                NONE,
                                NONE,
                                NONE,
                                NONE))
                        .toList());
        var page = load("begun", new ContestReport(begun).read(), "");
        isClean(page);
        assertThat(panel(page, "epochs")).contains("No full run is over yet.").doesNotContain("<canvas");
        assertThat(panel(page, "search").split("<svg", -1)).hasSize(1 + 1);
        assertThat(panel(page, "results")).contains("sgd", "lion").doesNotContain("epochs to");
    }

    private static final dev.thalweg.compare.Spread NONE = new dev.thalweg.compare.Spread(null, null, 0);
}
