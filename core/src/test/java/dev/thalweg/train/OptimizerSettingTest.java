package dev.thalweg.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.optim.AdamW;
import dev.thalweg.optim.Clip;
import dev.thalweg.optim.Decay;
import dev.thalweg.optim.Group;
import dev.thalweg.optim.Nesterov;
import dev.thalweg.optim.Schedule;
import dev.thalweg.optim.Selector;
import dev.thalweg.optim.Sgd;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptimizerSettingTest {
    private static Recipe recipe() throws IOException {
        return Defaults.forData("shapes:1000")
                .withLookahead(null)
                .withOptimization(new Recipe.Optimization(
                        new Sgd(),
                        0.1,
                        new Schedule.Constant(),
                        Decay.coupled(1e-4),
                        List.of(new Group(new Selector.ByName("fc.*"), 2, Decay.coupled(3e-4), false)),
                        new Clip.None()));
    }

    private static Recipe with(String text) throws IOException {
        return OptimizerSetting.parse(text).in(recipe());
    }

    @Test
    void aRuleByItselfIsTheRule() throws IOException {
        assertThat(OptimizerSetting.parse("adamw:beta2=0.95"))
                .isEqualTo(new OptimizerSetting(new AdamW(0.9, 0.95, 1e-8), List.of()));
        assertThat(with("nesterov")).isEqualTo(Defaults.withRule(recipe(), RecipeFile.rule("nesterov")));
    }

    @Test
    void whatGoesAroundComesBeforeOrBehind() throws IOException {
        for (var text : List.of(
                "lookahead:every=6+sam:rho=0.1+nesterov:mu=0.8", "nesterov:mu=0.8 + sam:rho=0.1+lookahead:every=6")) {
            var recipe = with(text);
            assertThat(recipe.optimization().rule()).isEqualTo(new Nesterov(0.8));
            assertThat(recipe.optimization().sharpness()).isEqualTo(new Sharpness(0.1));
            assertThat(recipe.lookahead()).isEqualTo(new Lookahead(6, 0.5, 0));
        }
        assertThat(with(" nesterov :mu=0.8").optimization().rule()).isEqualTo(new Nesterov(0.8));
        assertThat(with("centralise+adamw").optimization().centralise()).isTrue();
        assertThat(with("sam+adamw").optimization().sharpness()).isEqualTo(new Sharpness(0.05));
        assertThat(with("lookahead+sgd").lookahead()).isEqualTo(new Lookahead(5, 0.5, 0));
    }

    @Test
    void clipsInThreeWays() throws IOException {
        assertThat(with("clip-norm:limit=0.5+sgd").optimization().clip()).isEqualTo(new Clip.ByNorm(0.5));
        assertThat(with("clip-value:limit=2e+3+sgd").optimization().clip()).isEqualTo(new Clip.ByValue(2000));
        assertThat(with("clip-units:floor=0.1+sgd").optimization().clip()).isEqualTo(new Clip.Adaptive(0.01, 0.1));
    }

    /// A group's L2 keeps its share of the base's: three times as much here.
    @Test
    void penaltiesOfEachKind() throws IOException {
        var l2 = with("l2:lambda=1e-3+sgd").optimization();
        assertThat(l2.decay()).isEqualTo(Decay.coupled(1e-3));
        assertThat(l2.groups().getFirst().decay().lambda()).isCloseTo(3e-3, within(1e-12));
        var l1 = with("l1:lambda=1e-5,form=decoupled+sgd").optimization();
        assertThat(l1.decay()).isEqualTo(Decay.decoupled(1e-4).withL1(1e-5));
        assertThat(l1.groups().getFirst().decay())
                .isEqualTo(Decay.decoupled(3e-4).withL1(1e-5));
        assertThat(with("elastic-net:l1=1e-5,l2=1e-3+adamw").optimization().decay())
                .isEqualTo(Decay.decoupled(1e-3).withL1(1e-5));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            lookahed+sgd                 | there is no optimizer 'lookahed'; did you mean 'lookahead'? Known are: sgd,
            sgd+lookahed                 | there is no optimizer 'lookahed'; did you mean 'lookahead'? Known are: sgd,
            adam:beta1=0.8,beta1=0.9     | optimizer adam: 'beta1' is given twice
            adam:rule=sgd                | optimizer adam: 'rule' is no setting
            adam:rule=sgd/adam           | optimizer adam: 'rule' is no setting
            clip-norm:kind=units+sgd     | optimizer clip-norm: 'kind' is no setting
            lookahead                    | optimizer 'lookahead': expected a rule as well, as in lookahead+sgd
            sgd+adam                     | optimizer 'sgd+adam': expected one rule, found sgd and adam
            sam+sam+sgd                  | optimizer 'sam+sam+sgd': sam is named twice
            clip-norm+clip-value+sgd     | optimizer 'clip-norm+clip-value+sgd': clipping is named twice
            sam:rho=0+sgd                | optimizer sam: rho must be in (0, ∞), got 0.0
            nesterov:mu=2                | optimizer nesterov: mu must be in [0, 1), got 2.0
            adam:beta1=1                 | optimizer adam: beta1 must be in [0, 1), got 1.0
            bf16-slots:of=sgd            | optimizer bf16-slots: of must be momentum, nesterov, adam, adamw or lion, got sgd
            muon:other=nesterov,otherRate=0 | optimizer muon: otherRate must be in (0, ∞), got 0.0
            clip-norm:limit=0+sgd        | optimizer clip-norm: limit must be in (0, ∞), got 0.0
            sam:radius=1+sgd             | optimizer sam: there is no key 'radius'
            lookahead:every=1.5+sgd      | optimizer lookahead: every must be a whole number, got 1.5
            lookahead:keep=1+sgd         | optimizer lookahead: keep must be in [0, 1), got 1.0
            clip-norm:limit=NaN+sgd      | optimizer clip-norm: limit must be a number, got 'NaN'
            centralise:by=2+sgd          | optimizer centralise: it has no settings, got 'by=2'
            l1+sgd                       | optimizer l1: say how strong, as in l1:lambda=1e-4
            elastic-net:l1=1+sgd         | optimizer elastic-net: say how strong, as in elastic-net:l1=1e-5,l2=5e-4
            l2:lambda=-1+sgd             | optimizer l2: lambda must be in [0, ∞), got -1.0
            l2:lamda=1+sgd               | optimizer l2: there is no key 'lamda'; did you mean 'lambda'? Known are: lambda, form
            l2:lambda=1,form=both+sgd    | optimizer l2: form must be coupled or decoupled, got 'both'
            sgd+                         | there is no optimizer 'sgd+'
            """)
    void refusesInOneSentence(String text, String message) {
        assertThatThrownBy(() -> OptimizerSetting.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void wholeNumbersBeyondTheRangeOfDoublesAreRefused() {
        var huge = "1" + "0".repeat(400);
        assertThatThrownBy(() -> OptimizerSetting.parse("l2:lambda=" + huge + "+sgd"))
                .hasMessage("optimizer l2: lambda must be in [0, ∞), got Infinity");
        assertThatThrownBy(() -> OptimizerSetting.parse("momentum:mu=" + huge))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("optimizer momentum: mu must be a number, got \"Infinity\"");
    }
}
