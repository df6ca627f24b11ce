package dev.thalweg.report;

import dev.thalweg.step.PlanStep;
import dev.thalweg.train.RunRecord;
import dev.thalweg.train.TimeAccount;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Where the time went, for people.
final class Seconds {
    /// Operations that are listed; the rest is added up.
    private static final int LISTED = 40;

    private Seconds() {}

    static Run.Time of(TimeAccount t, RunRecord.@Nullable Profile profile) {
        var parts = new ArrayList<Run.Part>();
        parts.add(new Run.Part("setting up", t.setup(), "measuring the data, compiling the plan"));
        parts.add(new Run.Part("waiting for data", t.data(), "batches that were not ready in time, and copying them"));
        parts.add(new Run.Part("forward", t.forward(), "from pictures to the loss"));
        parts.add(new Run.Part("backward", t.backward(), "from the loss to the gradient"));
        parts.add(new Run.Part("optimizer", t.update(), "from the gradient to new weights"));
        parts.add(new Run.Part("evaluation", t.evaluation(), "on validation and test pictures"));
        parts.add(new Run.Part("checkpoints", t.checkpoint(), "writing them, and models"));
        double counted = parts.stream().mapToDouble(Run.Part::seconds).sum();
        parts.add(new Run.Part(
                "the rest", Math.max(0, t.total() - counted), "recording what this page shows, progress, files"));
        if (profile == null || profile.batches() == 0) return new Run.Time(t.total(), parts, 0, 0, List.of());
        var operations = operations(profile.steps());
        return new Run.Time(
                t.total(),
                parts,
                profile.batches(),
                operations.stream().mapToDouble(Run.Operation::milliseconds).sum(),
                operations);
    }

    private record Kind(String layer, String kind, String phase, String implementation) {}

    /// What is the same but for the part of the batch that it works on counts as one operation.
    static List<Run.Operation> operations(List<PlanStep> steps) {
        Function<PlanStep, Kind> kind = s -> new Kind(s.layer(), s.kind(), s.phase(), s.implementation());
        var all = steps.stream().collect(Collectors.groupingBy(kind, LinkedHashMap::new, Collectors.toList()));
        var operations = new ArrayList<Run.Operation>();
        all.forEach((k, same) -> {
            double milliseconds =
                    same.stream().mapToDouble(PlanStep::milliseconds).sum();
            double flops = same.stream().mapToDouble(PlanStep::flops).sum();
            if (milliseconds > 0)
                operations.add(new Run.Operation(
                        k.layer, k.kind, k.phase, k.implementation, milliseconds, flops / milliseconds / 1e6));
        });
        operations.sort(Comparator.comparingDouble(Run.Operation::milliseconds).reversed());
        if (operations.size() <= LISTED) return operations;
        var rest = operations.subList(LISTED, operations.size());
        double milliseconds =
                rest.stream().mapToDouble(Run.Operation::milliseconds).sum();
        var listed = new ArrayList<>(operations.subList(0, LISTED));
        listed.add(new Run.Operation("…", rest.size() + " more", "", "", milliseconds, 0));
        return listed;
    }
}
