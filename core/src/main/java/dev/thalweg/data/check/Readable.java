package dev.thalweg.data.check;

import dev.thalweg.data.DataSet;
import dev.thalweg.data.Examples;
import dev.thalweg.data.Unreadable;
import dev.thalweg.data.UnreadablePicture;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Data sets without the pictures that cannot be read.
///
/// Parts are split before anything is left out, so that a damaged file changes nothing for the others.
public final class Readable {
    private Readable() {}

    /// `set` without its unreadable pictures, all of which are decoded once, on all processors, to find
    /// out. The result holds `set` open, and closes it.
    ///
    /// @throws IllegalArgumentException if a class has no training picture left
    public static DataSet of(DataSet set, Scan.Progress progress) throws IOException {
        var all = Examples.concat(set.train(), set.validation(), set.test());
        var reasons = new @Nullable String[all.size()];
        Scan.all(all.size(), progress, (i, thread) -> {
            try {
                var _ = all.picture(i);
            } catch (IOException | RuntimeException e) {
                reasons[i] = String.valueOf(e.getMessage());
            }
        });
        var skipped = new ArrayList<Unreadable>();
        int begin = 0;
        for (String part : Survey.PARTS) {
            var examples = examples(set, part);
            for (int i = 0; i < examples.size(); i++) {
                String reason = reasons[begin + i];
                if (reason != null) skipped.add(new Unreadable(part, i, examples.name(i), reason));
            }
            begin += examples.size();
        }
        return without(set, skipped);
    }

    /// Looks at the beginnings of all validation and test pictures, on all processors: they are read when an
    /// epoch, or all of the training, is over, which is late to learn of a file that is no picture.
    ///
    /// @throws UnreadablePicture the first of them, validation ahead of test
    public static void requireHeaders(DataSet set) throws IOException {
        var held = Examples.concat(set.validation(), set.test());
        var failures = new ConcurrentSkipListMap<Integer, UnreadablePicture>();
        Scan.all(held.size(), Scan.Progress.SILENT, (i, thread) -> {
            try {
                var _ = UnreadablePicture.dimensions(held, i);
            } catch (UnreadablePicture e) {
                failures.put(i, e);
            }
        });
        if (!failures.isEmpty()) throw failures.firstEntry().getValue();
    }

    /// `set` without the examples that were found unreadable before.
    ///
    /// @throws IOException if they are not in the set, which is another one then
    public static DataSet without(DataSet set, List<Unreadable> skipped) throws IOException {
        var left = new HashMap<String, boolean[]>();
        for (String part : Survey.PARTS)
            left.put(part, new boolean[examples(set, part).size()]);
        for (var one : skipped) {
            boolean[] out = left.get(one.part());
            if (out == null
                    || one.index() < 0
                    || one.index() >= out.length
                    || !examples(set, one.part()).name(one.index()).equals(one.name()))
                throw new IOException("%s has changed: example %d of its %s part is not '%s', which was left out"
                        .formatted(set.name(), one.index(), one.part(), one.name()));
            out[one.index()] = true;
        }
        var parts = Survey.PARTS.stream()
                .map(part -> kept(examples(set, part), left.get(part)))
                .toList();
        refuseEmptyClasses(set, parts.getFirst());
        return set.without(parts.get(0), parts.get(1), parts.get(2), skipped);
    }

    private static Examples examples(DataSet set, String part) {
        return switch (part) {
            case "train" -> set.train();
            case "validation" -> set.validation();
            default -> set.test();
        };
    }

    private static Examples kept(Examples examples, boolean @Nullable [] out) {
        if (out == null) return examples;
        int[] indices = IntStream.range(0, examples.size()).filter(i -> !out[i]).toArray();
        return indices.length == examples.size() ? examples : examples.select(indices);
    }

    private static void refuseEmptyClasses(DataSet set, Examples train) {
        var before = new boolean[set.classes().size()];
        var after = new boolean[before.length];
        Arrays.stream(set.train().labels()).forEach(label -> before[label] = true);
        Arrays.stream(train.labels()).forEach(label -> after[label] = true);
        for (int c = 0; c < before.length; c++)
            if (before[c] && !after[c])
                throw new IllegalArgumentException(
                        "none of the training pictures of class '%s' can be read: skipping them would leave it without any"
                                .formatted(set.classes().get(c)));
    }
}
