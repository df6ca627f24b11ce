package dev.thalweg.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.optim.Decay;
import dev.thalweg.optim.Nesterov;
import dev.thalweg.train.RecipeFile;
import java.util.ArrayList;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EntrantListTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    sgd                                  | sgd
                    sgd,adam                             | sgd;adam
                    ' sgd , adam '                       | sgd;adam
                    nesterov:mu=0.95,adam                | nesterov:mu=0.95;adam
                    adam:beta1=0.8,beta2=0.99,sgd        | adam:beta1=0.8,beta2=0.99;sgd
                    adam:beta1=0.8,adam:beta1=0.7        | adam:beta1=0.8;adam:beta1=0.7
                    sgd,adam:beta1=0.8,epsilon=1e-6,lion | sgd;adam:beta1=0.8,epsilon=1e-6;lion
                    """)
    void aNewRuleBeginsWhereAPieceIsNoSetting(String text, String names) {
        assertThat(EntrantList.parse(text)).extracting(Entrant::name).containsExactly(names.split(";"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    sgd,,adam            | expected names of rules with commas between, got 'sgd,,adam'
                    sgd,                 | expected names of rules with commas between, got 'sgd,'
                    mu=0.9,sgd           | 'mu=0.9' is a setting without a rule before it; write NAME:mu=0.9
                    sgd,nesterov,mu=0.9  | 'mu=0.9' is a setting, and 'nesterov' before it has no ':'; write nesterov:mu=0.9
                    lookahead:every=6+nesterov,mu=0.9 | 'mu=0.9' is a setting, and 'lookahead:every=6+nesterov' before it has no ':'; write lookahead:every=6+nesterov:mu=0.9
                    lookahead+sam+sgd,sgd+sam+lookahead | 'lookahead+sam+sgd' and 'sgd+sam+lookahead' are the same rule; name it once
                    sgd,nesterov:mu=0.9,mu=0.95 | optimizer nesterov: 'mu' is given twice
                    adam,sgd,adam        | 'adam' and 'adam' are the same rule; name it once
                    momentum,momentum:mu=0.9 | 'momentum' and 'momentum:mu=0.9' are the same rule; name it once
                    adam:beta1           | optimizer adam: expected key=value, got 'beta1'
                    """)
    void whatIsNoListIsRefusedInASentence(String text, String sentence) {
        assertThatThrownBy(() -> EntrantList.parse(text)).hasMessage(sentence);
    }

    @Test
    void unknownNamesGetTheNearestRightOne() {
        assertThatThrownBy(() -> EntrantList.parse("sgd,adem,lion"))
                .hasMessageStartingWith("there is no optimizer 'adem'; did you mean 'adam'? Known are: sgd, ");
        assertThatThrownBy(() -> EntrantList.parse("adam:beta=0.5"))
                .hasMessageStartingWith("optimizer adam: there is no key 'beta'");
    }

    @Test
    void rulesComeWithTheirUsualDecay() {
        var entrants = EntrantList.parse("nesterov:mu=0.95,adamw");
        assertThat(entrants.getFirst().rule()).isEqualTo(new Nesterov(0.95));
        assertThat(entrants.getFirst().decay()).isEqualTo(Decay.NONE);
        assertThat(entrants.getLast().decay()).isEqualTo(Decay.decoupled(0.01));
    }

    @Test
    void allAreThoseThatRecipesKnow() {
        var all = EntrantList.all();
        var rules = new ArrayList<>(RecipeFile.rules());
        assertThat(rules.removeLast().name()).isEqualTo("bf16-slots");
        assertThat(all).extracting(Entrant::rule).isEqualTo(rules);
        assertThat(EntrantList.parse(
                        String.join(",", all.stream().map(Entrant::name).toList())))
                .isEqualTo(all);
        assertThat(all).extracting(Entrant::folder).doesNotHaveDuplicates();
    }

    @Test
    void foldersAreOfOneNameEach() {
        assertThat(Arrays.asList("adam:beta1=0.8,beta2=0.99", "sgd"))
                .map(name -> Entrant.of(name).folder())
                .containsExactly("adam~beta1=0.8,beta2=0.99", "sgd");
    }
}
