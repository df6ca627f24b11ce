package dev.thalweg.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thalweg.optim.Decay;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RankingTest {
    private static final Spread NONE = new Spread(null, null, 0);

    private static Standings.Row row(String name, Spread test, Spread validation) {
        return new Standings.Row(
                name, Decay.NONE, 1, List.of(), true, 1.0, false, List.of(), test, validation, NONE, NONE, NONE);
    }

    private static Standings.Row row(@Nullable Double mean, @Nullable Double deviation, int runs) {
        return row("x", new Spread(mean, deviation, runs), NONE);
    }

    /// √(0.03²/9 + 0.04²/4) = √(0.0001 + 0.0004) = 0.02236: up to 0.0447 apart they may be the same.
    @Test
    void twoStandardErrorsOfTheDifferenceTellRulesApart() {
        assertThat(Ranking.alike(row(0.80, 0.03, 9), row(0.844, 0.04, 4))).isTrue();
        assertThat(Ranking.alike(row(0.80, 0.03, 9), row(0.846, 0.04, 4))).isFalse();
        assertThat(Ranking.alike(row(0.846, 0.04, 4), row(0.80, 0.03, 9))).isFalse();
    }

    /// √(0.01²/1 + 0.01²/4) = 0.01118: up to 0.0224 apart they may be the same.
    @Test
    void aSingleRunScattersLikeTheOthers() {
        var single = row(0.9, null, 1);
        assertThat(Ranking.alike(single, row(0.878, 0.01, 4))).isTrue();
        assertThat(Ranking.alike(row(0.877, 0.01, 4), single)).isFalse();
        assertThat(Ranking.alike(single, row(0.1, null, 1))).isTrue();
        assertThat(Ranking.alike(row(null, null, 0), single)).isFalse();
    }

    @Test
    void theBestComesFirstAndThoseWithoutRunsLast() {
        var standings = new Standings(
                "",
                "",
                1,
                "",
                List.of(),
                "",
                new Standings.Settings(1, 1, 1, tools.jackson.databind.node.JsonNodeFactory.instance.objectNode()),
                null,
                false,
                List.of(
                        row("none", NONE, NONE),
                        row("third", new Spread(0.5, null, 1), new Spread(0.99, null, 1)),
                        row("first", new Spread(0.7, null, 1), NONE),
                        row("second", NONE, new Spread(0.6, null, 1))));
        assertThat(Ranking.of(standings))
                .extracting(Standings.Row::name)
                .containsExactly("first", "second", "third", "none");
    }
}
