package dev.thalweg.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A short run over every parser, the same each time; `bench/fuzz` runs for longer and looks for new ways.
class EveryParserTest {
    private static final int TRIES = 1_000;

    static List<Target> all() {
        return Targets.all();
    }

    @Test
    void everyTargetHasInputsAndTheyHaveIt() throws IOException {
        assertThat(Targets.names())
                .containsExactlyInAnyOrderElementsOf(
                        all().stream().map(Target::name).toList());
    }

    /// The committed inputs, some of which were findings once.
    @ParameterizedTest
    @MethodSource("all")
    void parsesOrRefusesWhatIsKept(Target target) throws IOException {
        var corpus = Targets.corpus(target);
        long accepted =
                corpus.stream().filter(input -> Check.accepts(target, input)).count();
        assertThat(accepted).as("good inputs of " + target).isPositive();
    }

    @ParameterizedTest
    @MethodSource("all")
    void parsesOrRefusesWhatIsDamaged(Target target) throws IOException {
        var mutations = new Mutations(20261124, Targets.corpus(target), target.words());
        int refused = 0;
        for (int i = 0; i < TRIES; i++) {
            byte[] input = mutations.next();
            try {
                if (!Check.accepts(target, input)) refused++;
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("input " + HexFormat.of().formatHex(input), e);
            }
        }
        assertThat(refused).isBetween(TRIES / 20, TRIES);
    }
}
