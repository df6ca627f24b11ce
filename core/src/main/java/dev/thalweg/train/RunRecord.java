package dev.thalweg.train;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.thalweg.data.DataSet;
import dev.thalweg.format.JsonFault;
import dev.thalweg.step.Machine;
import dev.thalweg.step.PlanStep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// The circumstances of a run, `run.json`: nothing in it has any influence on the run's result.
/// Written when the run begins, when its plan has been profiled and when it ends.
///
/// @param started when, in UTC, as ISO 8601 has it
/// @param ended when the last process of the run ended, null while it goes on or if it was killed
/// @param processes that the run took; each resume is one more
/// @param precision that was settled on
/// @param batch of which pictures were kept, null if none was seen yet
/// @param mistakes pictures of the most confident ones, null before the end and if there are none
/// @param profile of the plan, null before enough steps were done
public record RunRecord(
        String started,
        @Nullable String ended,
        int processes,
        String precision,
        Machine machine,
        Data data,
        @Nullable BatchPictures batch,
        @Nullable MistakePictures mistakes,
        TimeAccount time,
        @Nullable Profile profile) {

    /// What was learned from.
    ///
    /// @param classes in the order of the labels
    /// @param notes that reading it gave rise to
    public record Data(String name, List<ClassCount> classes, List<String> notes) {
        static Data of(DataSet set) {
            int n = set.classes().size();
            var counts = new int[3][n];
            int part = 0;
            for (var examples : List.of(set.train(), set.validation(), set.test())) {
                for (int label : examples.labels()) counts[part][label]++;
                part++;
            }
            var classes = new ArrayList<ClassCount>();
            for (int k = 0; k < n; k++)
                classes.add(new ClassCount(set.classes().get(k), counts[0][k], counts[1][k], counts[2][k]));
            return new Data(set.name(), classes, set.notes());
        }
    }

    /// Examples of one class in each part.
    public record ClassCount(String name, int train, int validation, int test) {}

    /// Pictures of the run's first batch, as the network saw them.
    ///
    /// @param labels names of their classes
    public record BatchPictures(ContactSheet sheet, List<String> labels) {}

    /// Pictures of wrong predictions, the most confident first, as the network saw them.
    ///
    /// @param part that they are of
    /// @param examples their indices within the part, as in `predictions.csv`
    public record MistakePictures(ContactSheet sheet, String part, List<Integer> examples) {}

    /// A few steps of this run, timed operation by operation. Timing changes no bit of the result.
    ///
    /// @param batches that were timed
    /// @param steps of the plan; milliseconds are of one batch
    public record Profile(int batches, List<PlanStep> steps) {}

    RunRecord withBatch(BatchPictures batch) {
        return new RunRecord(started, ended, processes, precision, machine, data, batch, mistakes, time, profile);
    }

    RunRecord withMistakes(@Nullable MistakePictures mistakes) {
        return new RunRecord(started, ended, processes, precision, machine, data, batch, mistakes, time, profile);
    }

    RunRecord withTime(TimeAccount time) {
        return new RunRecord(started, ended, processes, precision, machine, data, batch, mistakes, time, profile);
    }

    RunRecord withProfile(Profile profile) {
        return new RunRecord(started, ended, processes, precision, machine, data, batch, mistakes, time, profile);
    }

    RunRecord withEnd(String ended) {
        return new RunRecord(started, ended, processes, precision, machine, data, batch, mistakes, time, profile);
    }

    /// What is in `file`; empty if there is no such file.
    ///
    /// @throws IOException if it is damaged
    public static Optional<RunRecord> read(Path file) throws IOException {
        if (!Files.exists(file)) return Optional.empty();
        try {
            String text = new String(Files.readAllBytes(file), UTF_8);
            return Optional.of(Json.read(text, RunRecord.class));
        } catch (JacksonException e) {
            throw new IOException(
                    "%s: the run's circumstances cannot be read: %s; delete the file, and the run can go on; its page will lack them"
                            .formatted(file, JsonFault.sentence(e)),
                    e);
        }
    }
}
