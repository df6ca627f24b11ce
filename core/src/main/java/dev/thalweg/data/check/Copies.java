package dev.thalweg.data.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/// Findings about pictures that are there more than once.
final class Copies {
    /// Share of the test part that makes its accuracy meaningless if it is in the training part too.
    private static final double MUCH = 0.01;
    /// Share of all pictures that are copies of others.
    private static final double MANY = 0.01;

    private final String source;
    private final Survey survey;
    private final List<Finding> findings = new ArrayList<>();

    private Copies(String source, Survey survey) {
        this.source = source;
        this.survey = survey;
    }

    static List<Finding> findings(String source, Survey survey, Duplicates duplicates) {
        var copies = new Copies(source, survey);
        copies.leaks("leak", duplicates.exact(), true);
        copies.leaks("near-leak", duplicates.near(), false);
        copies.conflicts("label-conflict", duplicates.exact(), true);
        copies.conflicts("near-label-conflict", duplicates.near(), false);
        copies.copies("duplicates", duplicates.exact(), true);
        copies.copies("near-duplicates", duplicates.near(), false);
        return copies.findings;
    }

    private boolean leaks(int[] group) {
        return Arrays.stream(group).anyMatch(i -> survey.part(i) != survey.part(group[0]));
    }

    private boolean conflicts(int[] group) {
        return Arrays.stream(group).anyMatch(i -> survey.all.label(i) != survey.all.label(group[0]));
    }

    private void leaks(String id, List<int[]> groups, boolean exact) {
        var leaking = groups.stream().filter(this::leaks).toList();
        if (leaking.isEmpty()) return;
        int tested = survey.size() - survey.starts[1];
        int seen = count(leaking, i -> survey.part(i) > 0);
        boolean training = count(leaking, i -> survey.part(i) == 0) > 0;
        double share = (double) seen / tested;
        // Where no copy is in the training part, validation loses its own and the test part stays whole.
        int losing = training ? 0 : 1;
        var lost = items(leaking, i -> survey.part(i) == losing);
        add(
                id,
                exact && share >= MUCH && training ? Severity.ERROR : Severity.WARNING,
                "%s of the %s (%s) %s %s: accuracy there %s memory."
                        .formatted(
                                English.counted(seen, "picture"),
                                survey.starts[1] == survey.starts[2] ? "test part" : "test and validation parts",
                                English.percent(share),
                                seen == 1 ? "is" : "are",
                                exact
                                        ? "also in another part, pixel for pixel"
                                        : "nearly the same as one of another part",
                                exact ? "is partly" : "may be partly"),
                "Delete the copies from the %s part: %s"
                        .formatted(
                                training ? "training" : "validation",
                                Mend.delete(
                                        source,
                                        id,
                                        ".groups[][] | select(.part == \"%s\")"
                                                .formatted(training ? "train" : "validation"),
                                        lost)),
                leaking);
    }

    private void conflicts(String id, List<int[]> groups, boolean exact) {
        var contradicting = groups.stream().filter(this::conflicts).toList();
        if (contradicting.isEmpty()) return;
        add(
                id,
                Severity.WARNING,
                "%s under two labels or more%s: one of them is wrong, or the picture shows both."
                        .formatted(
                                contradicting.size() == 1
                                        ? (exact ? "1 picture is" : "1 group of nearly the same pictures is")
                                        : "%,d %s are"
                                                .formatted(
                                                        contradicting.size(),
                                                        exact ? "pictures" : "groups of nearly the same pictures"),
                                exact ? ", pixel for pixel" : ""),
                "Look at each, and delete it under the labels that are wrong; --all lists all of them.",
                contradicting);
    }

    private void copies(String id, List<int[]> groups, boolean exact) {
        var plain = groups.stream()
                .filter(group -> !leaks(group) && !conflicts(group))
                .toList();
        if (plain.isEmpty()) return;
        int over = count(plain, i -> true) - plain.size();
        var second = new ArrayList<Finding.Item>();
        for (int[] group : plain) for (int k = 1; k < group.length; k++) second.add(survey.item(group[k], null));
        add(
                id,
                exact && over >= MANY * survey.size() ? Severity.WARNING : Severity.NOTE,
                exact
                        ? "%s of others in the same class and part, pixel for pixel."
                                .formatted(
                                        over == 1 ? "1 picture is a copy" : "%,d pictures are copies".formatted(over))
                        : "%s nearly the same as others in the same class and part."
                                .formatted(English.are(over, "picture")),
                exact
                        ? "Keep one of each: " + Mend.delete(source, id, ".groups[] | .[1:][]", second)
                        : "Harmless in training, unless most of a class is one scene; see that they stay in one part.",
                plain);
    }

    private int count(List<int[]> groups, Predicate<Integer> which) {
        int count = 0;
        for (int[] group : groups) for (int i : group) if (which.test(i)) count++;
        return count;
    }

    private List<Finding.Item> items(List<int[]> groups, Predicate<Integer> which) {
        var items = new ArrayList<Finding.Item>();
        for (int[] group : groups) for (int i : group) if (which.test(i)) items.add(survey.item(i, null));
        return items;
    }

    private void add(String id, Severity severity, String sentence, String mend, List<int[]> groups) {
        findings.add(new Finding(
                id,
                severity,
                sentence,
                mend,
                groups.stream()
                        .map(group -> Arrays.stream(group)
                                .mapToObj(i -> survey.item(i, null))
                                .toList())
                        .toList()));
    }
}
