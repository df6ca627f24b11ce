package dev.thalweg.data;

import java.util.List;

/// The parts that a source has, and the rule that makes three of them.
///
/// Without a test part, the validation part is the test part; without either, the test part is
/// split off the training examples. A validation part is split off only on request.
record Parts(Examples train, Examples validation, Examples test) {

    DataSet complete(String name, List<String> classes, SplitOptions options, List<String> notes) {
        var parts = this;
        if (parts.test.size() == 0) parts = new Parts(train, Examples.none(), validation);
        if (parts.test.size() == 0) {
            var sides = options.split(train, classes.size(), options.testShare(), "test");
            parts = new Parts(train.select(sides.kept()), Examples.none(), train.select(sides.taken()));
        }
        if (parts.validation.size() == 0 && options.validationShare() > 0) {
            var whole = parts.train;
            var sides = options.split(whole, classes.size(), options.validationShare(), "validation");
            parts = new Parts(whole.select(sides.kept()), whole.select(sides.taken()), parts.test);
        }
        var fingerprint = Fingerprint.of(classes, parts.train, parts.validation, parts.test);
        return new DataSet(name, classes, parts.train, parts.validation, parts.test, fingerprint, notes);
    }
}
