package dev.thalweg.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thalweg.optim.Nesterov;
import dev.thalweg.optim.Schedule;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UnfinishedWarmupTest {
    /// Of 100 examples: two epochs of 10 steps.
    private static Optional<String> note(Schedule schedule) throws IOException {
        var base = Defaults.forData("shapes:200");
        var t = base.training();
        var o = base.optimization();
        var recipe = base.withTraining(new Recipe.Training(2, 10, 1, t.precision(), 1, 0, 60))
                .withOptimization(
                        new Recipe.Optimization(new Nesterov(0.9), 0.1, schedule, o.decay(), o.groups(), o.clip()));
        return UnfinishedWarmup.note(recipe, 100);
    }

    @Test
    void aWarmupLongerThanTheRunIsTold() throws IOException {
        // Of 40 steps from 1/41 on, the 20th has a factor of 20/41.
        assertThat(note(new Schedule.Warmup(40, new Schedule.Constant())))
                .contains(
                        "The warm-up is longer than the run: at step 20, the last, the learning rate is 0.0488, not yet"
                                + " 0.100. A shorter warm-up or more epochs would let it get there.");
        // Of 3 epochs from 1/4 on, the second has a factor of 2/4.
        assertThat(note(new Schedule.PerEpoch(10, new Schedule.Warmup(3, new Schedule.Constant()))))
                .contains(
                        "The warm-up is longer than the run: at step 20, the last, the learning rate is 0.0500, not yet"
                                + " 0.100. A shorter warm-up or more epochs would let it get there.");
    }

    @Test
    void ofAnyOtherScheduleNothingIsTold() throws IOException {
        assertThat(note(new Schedule.Warmup(20, new Schedule.Constant()))).isEmpty();
        assertThat(note(new Schedule.PerEpoch(10, new Schedule.Warmup(2, new Schedule.Constant()))))
                .isEmpty();
        assertThat(note(new Schedule.Cosine(0))).isEmpty();
    }
}
