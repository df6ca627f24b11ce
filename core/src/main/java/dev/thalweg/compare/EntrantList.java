package dev.thalweg.compare;

import dev.thalweg.optim.Bf16Slots;
import dev.thalweg.optim.FirstOrder;
import dev.thalweg.tensor.Quote;
import dev.thalweg.tensor.Require;
import dev.thalweg.train.OptimizerSetting;
import dev.thalweg.train.RecipeFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/// Update rules on one line: `sgd,nesterov:mu=0.95,adam`.
///
/// A rule's settings are separated by commas as well. A piece between commas that has an `=`, and no `:` before
/// it, is one more setting of the rule before it; every other piece begins a rule.
public final class EntrantList {
    private EntrantList() {}

    /// Every rule that has a name, with the hyper-parameters that apply where none are given; but for what is a way of
    /// remembering rather than a rule of its own.
    public static List<Entrant> all() {
        return RecipeFile.rules().stream()
                .filter(rule -> !(rule instanceof Bf16Slots))
                .map(FirstOrder::name)
                .map(Entrant::of)
                .toList();
    }

    /// @throws IllegalArgumentException if it is no such list: one sentence, with the nearest right name
    public static List<Entrant> parse(String text) {
        var names = new ArrayList<String>();
        for (String piece : text.split(",", -1)) {
            String plain = piece.strip();
            Require.that(!plain.isEmpty(), "expected names of rules with commas between, got %s", Quote.of(text));
            if (!isSetting(plain)) names.add(plain);
            else names.add(continued(names, plain));
        }
        return distinct(names.stream().map(Entrant::of).toList());
    }

    private static boolean isSetting(String piece) {
        int equals = piece.indexOf('=');
        int colon = piece.indexOf(':');
        return equals >= 0 && (colon < 0 || equals < colon);
    }

    /// Takes the last name off, to be put back with one setting more.
    private static String continued(List<String> names, String setting) {
        Require.that(
                !names.isEmpty(),
                "%s is a setting without a rule before it; write NAME:%s",
                Quote.of(setting),
                Quote.clip(setting));
        String rule = names.removeLast();
        Require.that(
                rule.substring(rule.lastIndexOf('+') + 1).contains(":"),
                "%s is a setting, and %s before it has no ':'; write %s:%s",
                Quote.of(setting),
                Quote.of(rule),
                Quote.clip(rule),
                Quote.clip(setting));
        return rule + "," + setting;
    }

    private static List<Entrant> distinct(List<Entrant> entrants) {
        var names = new HashMap<OptimizerSetting, String>();
        for (var entrant : entrants) {
            String other = names.put(entrant.setting(), entrant.name());
            Require.that(
                    other == null,
                    "%s and %s are the same rule; name it once",
                    Quote.of(String.valueOf(other)),
                    Quote.of(entrant.name()));
        }
        return entrants;
    }
}
