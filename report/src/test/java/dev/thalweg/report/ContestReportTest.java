package dev.thalweg.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thalweg.compare.Ranking;
import dev.thalweg.compare.Spread;
import dev.thalweg.compare.Standings;
import dev.thalweg.optim.Decay;
import dev.thalweg.train.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContestReportTest {
    private static final Spread NONE = new Spread(null, null, 0);

    @TempDir
    Path folder;

    private static Standings.Row row(String name, Spread test) {
        return new Standings.Row(
                name, Decay.NONE, 1, List.of(), true, 1.0, false, List.of(), test, NONE, NONE, NONE, NONE);
    }

    private static Standings.Row row(String name, double mean) {
        return row(name, new Spread(mean, 0.01, 5));
    }

    private static Standings.Run run(double... accuracies) {
        var epochs = new java.util.ArrayList<Standings.Epoch>();
        for (double accuracy : accuracies)
            epochs.add(new Standings.Epoch(
                    epochs.size() + 1, 2.5 * (epochs.size() + 1), 1.0, Double.isNaN(accuracy) ? null : accuracy, 1.0));
        return new Standings.Run(0, Result.Ended.FINISHED, 0.5, 1.0, 0.5, 5, null, null, epochs);
    }

    /// Means of 0.2, 0.4 and of 0.5, 0.5: 0.3 with deviation √0.02, 0.5 with none.
    @Test
    void aCurveIsTheMeanWithADeviationToEitherSide() {
        var curve = ContestReport.curve(List.of(run(0.2, 0.5), run(0.4, 0.5)));
        assertThat(curve).isNotNull();
        assertThat(curve.epoch()).containsExactly(1, 2);
        assertThat(curve.seconds()).containsExactly(2.5, 5);
        assertThat(curve.mean()).containsExactly(new double[] {0.3, 0.5}, Offset.offset(1e-12));
        assertThat(curve.low()).containsExactly(new double[] {0.3 - Math.sqrt(0.02), 0.5}, Offset.offset(1e-12));
        assertThat(curve.high()).containsExactly(new double[] {0.3 + Math.sqrt(0.02), 0.5}, Offset.offset(1e-12));
    }

    @Test
    void aCurveOfOneRunHasNoBand() {
        var curve = ContestReport.curve(List.of(run(0.2)));
        assertThat(curve).isNotNull();
        assertThat(curve.low()).isEqualTo(curve.high()).isEqualTo(curve.mean());
        assertThat(ContestReport.curve(List.of())).isNull();
    }

    @Test
    void meansAndDeviationsAsText() {
        assertThat(ContestReport.text(new Spread(0.88125, 0.00307, 5), 100, 2)).isEqualTo("88.13 ± 0.31");
        assertThat(ContestReport.text(new Spread(3.0, null, 1), 1, 1)).isEqualTo("3.0");
        assertThat(ContestReport.text(NONE, 1, 1)).isEqualTo("–");
    }

    /// With deviation 0.01 over 5 runs, means up to 0.0126 apart are alike.
    @Test
    void whoLeadsAndWhoMayAsWell() {
        var first = row("adam", 0.9);
        assertThat(ContestReport.leaders(List.of(first, row("sgd", 0.88))))
                .isEqualTo("adam leads with 90.00 ± 1.00 %; every other rule is behind by more than two standard"
                        + " errors.");
        assertThat(ContestReport.leaders(
                        List.of(first, row("nadam", 0.895), row("lion", 0.89), row("sgd", 0.8), row("none", NONE))))
                .isEqualTo("adam leads with 90.00 ± 1.00 %; nadam and lion may be as good: with so few runs they"
                        + " cannot be told apart.");
        assertThat(ContestReport.leaders(List.of(first, row("nadam", 0.895))))
                .isEqualTo("adam leads with 90.00 ± 1.00 %, but no other rule can be told apart from it with so few"
                        + " runs.");
        assertThat(ContestReport.leaders(
                        List.of(row("adam", new Spread(0.9, null, 1)), row("sgd", new Spread(0.2, null, 1)))))
                .isEqualTo("There is one run of each rule: differences may be chance. More seeds would tell.");
        assertThat(ContestReport.leaders(List.of(first))).isEmpty();
        assertThat(ContestReport.leaders(List.of(row("a", NONE), row("b", NONE))))
                .isEmpty();
    }

    @Test
    void whatWentWrongIsSaid() {
        var rows = SampleStandings.of(4).optimizers();
        assertThat(ContestReport.remark(rows.get(0)))
                .isEqualTo("the best learning rate is the last that was tried; a better one may lie beyond");
        assertThat(ContestReport.remark(rows.get(1))).isNull();
        assertThat(ContestReport.remark(rows.get(18))).isEqualTo("1 of 5 full runs diverged, and is not counted");
        assertThat(ContestReport.remark(rows.get(19))).isEqualTo("diverged at every learning rate that was tried");
    }

    @Test
    void thePageHasTheRulesInOrder() {
        var standings = SampleStandings.of(8);
        var page = new ContestReport(standings).read();
        assertThat(page.rules())
                .extracting(ContestPage.Rule::name)
                .isEqualTo(
                        Ranking.of(standings).stream().map(Standings.Row::name).toList());
        assertThat(page.rules().getFirst().alike()).isTrue();
        assertThat(page.rules().getLast().curve()).isNull();
        assertThat(page.title()).isEqualTo("20 update rules compared on fashion-mnist");
        assertThat(page.measure()).isEqualTo("test");
        assertThat(page.target()).isEqualTo(new ContestPage.Goal(0.85, "85 %"));
        assertThat(page.headline()).extracting(Run.Fact::value).contains("195", "85 %");
        assertThat(page.headline()).extracting(Run.Fact::note).contains("95 full ones, 100 tries of a learning rate");
        assertThat(page.how())
                .extracting(Run.Fact::name)
                .contains("the same for all", "seeds", "learning rates", "weight decay", "precision", "machine");
        assertThat(page.says().get("search")).contains("sgd the best rate is the last", "diverged at some rates");
    }

    /// Twenty rules, a thousand epochs.
    @Test
    void staysBelowAMegabyte() throws IOException {
        var file = folder.resolve("large.html");
        new ContestReport(SampleStandings.of(1000)).write(file);
        assertThat(Files.size(file)).isBetween(200_000L, 1_000_000L);
    }
}
