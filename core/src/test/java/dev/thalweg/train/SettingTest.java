package dev.thalweg.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.data.Flip;
import dev.thalweg.data.ResizedCrop;
import dev.thalweg.optim.Clip;
import dev.thalweg.optim.Momentum;
import dev.thalweg.optim.Schedule;
import dev.thalweg.optim.Selector;
import dev.thalweg.step.Precision;
import dev.thalweg.tensor.Role;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingTest {
    private static Recipe base;

    /// cifarnet's, which has a group, a look-ahead, a list of parameters that freeze.
    @BeforeAll
    static void lookAtData() throws IOException {
        base = Defaults.forData("shapes:200");
    }

    private static Recipe set(String... settings) {
        var recipe = base;
        for (String setting : settings) recipe = Setting.parse(setting).applyTo(recipe);
        return recipe;
    }

    @Test
    void valuesHaveTheTypeOfTheirKey() {
        assertThat(set("training.epochs=5").training().epochs()).isEqualTo(5);
        assertThat(set("training.epochs = 2.5e1").training().epochs()).isEqualTo(25);
        assertThat(set("training.seed=-3").training().seed()).isEqualTo(-3);
        assertThat(set("training.precision=bf16").training().precision()).isEqualTo(Precision.BF16);
        assertThat(set("augmentation.flip=NONE").augmentation().flip()).isEqualTo(Flip.NONE);
        assertThat(set("data.source=123").data().source()).isEqualTo("123");
        assertThat(set("data.source=\"a b\"").data().source()).isEqualTo("a b");
        assertThat(set("data.source=a=b").data().source()).isEqualTo("a=b");
        assertThat(set("test=mirror").test()).isEqualTo(Averaging.MIRROR);
    }

    @Test
    void objectsListsAndNulls() {
        assertThat(set("lookahead=null").lookahead()).isNull();
        assertThat(set("lookahead=null", "lookahead={\"every\": 5, \"keep\": 0.5, \"ramp\": 0}")
                        .lookahead())
                .isEqualTo(new Lookahead(5, 0.5, 0));
        assertThat(set("augmentation.resizedCrop={\"smallest\":0.5,\"largest\":1,\"narrowest\":1,\"widest\":1}")
                        .augmentation()
                        .resizedCrop())
                .isEqualTo(new ResizedCrop(0.5, 1, 1, 1));
        assertThat(set("optimization.groups[0].rateMultiplier=2")
                        .optimization()
                        .groups()
                        .getFirst()
                        .rateMultiplier())
                .isEqualTo(2);
        assertThat(set("optimization.groups.0.select.roles=[\"bias\"]")
                        .optimization()
                        .groups()
                        .getFirst()
                        .select())
                .isEqualTo(new Selector.ByRole(Role.BIAS));
        assertThat(set("optimization.groups=[]").optimization().groups()).isEmpty();
        assertThat(set("freeze[1]={\"select\":{\"kind\":\"everything\"},\"epoch\":9}")
                        .freeze())
                .hasSize(2)
                .last()
                .isEqualTo(new Recipe.Freeze(new Selector.Everything(), 9));
    }

    /// What is of several kinds is chosen by name, alone or with its settings.
    @Test
    void kinds() {
        assertThat(set("optimization.schedule=cosine").optimization().schedule())
                .isEqualTo(new Schedule.Cosine(0));
        assertThat(set("optimization.schedule.kind=polynomial", "optimization.schedule.power=2")
                        .optimization()
                        .schedule())
                .isEqualTo(new Schedule.Polynomial(2, 0));
        assertThat(set("optimization.rule=momentum", "optimization.rule.mu=0.8")
                        .optimization()
                        .rule())
                .isEqualTo(new Momentum(0.8));
        assertThat(set("optimization.rule.rule=nesterov").optimization().rule())
                .as("the same kind keeps its settings")
                .isEqualTo(base.optimization().rule());
        assertThat(set("optimization.clip={\"kind\": \"by-norm\", \"limit\": 2}")
                        .optimization()
                        .clip())
                .isEqualTo(new Clip.ByNorm(2));
    }

    @Test
    void laterOnesReplaceEarlierOnes() {
        assertThat(set("training.epochs=5", "training.epochs=6").training().epochs())
                .isEqualTo(6);
        assertThat(set()).isEqualTo(base);
    }

    @Test
    void trainStandsForTraining() {
        var setting = Setting.parse("train.epochs=3");
        assertThat(setting).isEqualTo(new Setting("training.epochs", "3", java.util.Optional.of("train.epochs")));
        assertThat(setting.applyTo(base).training().epochs()).isEqualTo(3);
        assertThat(Setting.parse("training.epochs=3").alias()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    training.epochs                     | expected PATH=VALUE, such as training.epochs=5, got 'training.epochs'
                    =5                                  | expected PATH=VALUE, such as training.epochs=5, got '=5'
                    training.epoch=5                    | there is no key 'training.epoch'; did you mean 'training.epochs'?
                    epochs=5                            | there is no key 'epochs'; did you mean 'training.epochs'?
                    optimizer.learningRate=1            | there is no key 'optimizer.learningRate'; did you mean 'optimization.learningRate'?
                    zzz=1                               | there is no key 'zzz'; ./thalweg recipe show --explain lists them
                    training..epochs=5                  | there is no key 'training..epochs'; did you mean 'training.epochs'?
                    training.epochs.x=5                 | there is no key 'training.epochs.x'; did you mean 'training.epochs'?
                    training[0]=5                       | there is no key 'training[0]'; did you mean 'training'?
                    training.epochs=many                | training.epochs must be a number, got 'many'
                    training.epochs=                    | training.epochs must be a number, got ''
                    training.epochs=[5]                 | training.epochs must be a number, got [5]
                    training.batch=1.5                  | training.batch must be a whole number, got 1.5
                    training.batch=0                    | training.batch must be at least 1, got 0
                    data.testShare=2.2                  | data.testShare must be in (0, 1), got 2.2
                    data.validationShare=1              | data.validationShare must be in [0, 1), got 1.0
                    data.centre=0                       | data.centre must be in (0, 1], got 0.0
                    training.epochs=null                | training.epochs must not be null
                    training.precision=fp23             | there is no value for training.precision 'fp23'; did you mean 'fp32'? Known are: fp32, bf16, auto
                    optimization.rule=nestrov           | there is no value for optimization.rule 'nestrov'; did you mean 'nesterov'? Known are: sgd, momentum, nesterov, adagrad, adadelta, rmsprop, adam, amsgrad, adamax, nadam, radam, adamw, lion, adan, lars, lamb, adafactor, schedule-free-sgd, schedule-free-adamw, sophia, muon, soap, bf16-slots, gradient-descent, conjugate-gradient, newton, newton-cg, bfgs, lbfgs, owl-qn
                    optimization.groups[3].frozen=true  | optimization.groups has 1 element, so there is no [3]
                    optimization.groups[0].frozen=yes   | optimization.groups[0].frozen must be true or false, got 'yes'
                    augmentation.resizedCrop.widest=1   | augmentation.resizedCrop is null in this recipe; set all of it, as JSON
                    lookahead={"every": 5}              | the key 'lookahead.keep' is missing
                    """)
    void whatDoesNotFitIsRefused(String text, String message) {
        assertThatThrownBy(() -> set(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void nothingElseChanges() {
        assertThat(List.of(set("training.epochs=5"))).containsExactly(base.withEpochs(5));
    }
}
