package dev.thalweg.bench.thalweg;

import dev.thalweg.bench.Measurement;
import dev.thalweg.bench.Task;
import dev.thalweg.bench.Windows;
import dev.thalweg.step.PlanStep;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;

/// Prints where a step's time goes: the plan's operations by kind, then the longest ones.
final class Profile {
    private static final int LONGEST = 25;
    private static final String ROW = "%-28s %5s %10s %7s %9s %8s%n";

    private Profile() {}

    /// Operations of one kind.
    private record Kind(String name, List<PlanStep> steps) {
        double milliseconds() {
            return steps.stream().mapToDouble(PlanStep::milliseconds).sum();
        }

        double flops() {
            return steps.stream().mapToDouble(PlanStep::flops).sum();
        }

        double bytes() {
            return steps.stream().mapToDouble(PlanStep::bytes).sum();
        }
    }

    static void main(String[] arguments) {
        var task = Task.parse(arguments);
        try (var step = new Step(task)) {
            Measurement.warm(step, task.timing().warm());
            var plain = Windows.take(step, task.timing());
            var plan = step.plan();
            plan.profile(true);
            var profiled = Windows.take(step, task.timing());
            plan.profile(false);
            double whole = 1e3 / plain.median();
            System.out.printf(
                    "%s, %s, batch %d, %s: %.3f ms a step, %.0f images/s, %.0f GFLOP/s (%d clean windows of %d)%n",
                    task.workload(),
                    plan.precision(),
                    plan.options().batch(),
                    plan.workers(),
                    whole,
                    plain.median() * plan.options().batch(),
                    plain.median() * plan.options().batch() * task.workload().flops() / 1e9,
                    plain.clean().size(),
                    plain.clean().size() + plain.dirty().size());
            System.out.printf(
                    "While each operation is timed: %.3f ms a step. Arena %.0f MB, without reuse %.0f MB.%n%n",
                    1e3 / profiled.median(), plan.arenaBytes() / 1e6, plan.bytesWithoutReuse() / 1e6);
            // Preparing runs once, not in every step.
            var steps = plan.steps().stream()
                    .filter(operation -> !operation.phase().equals("prepare"))
                    .toList();
            kinds(steps, 1e3 / profiled.median());
            longest(steps);
        }
    }

    private static void kinds(List<PlanStep> steps, double total) {
        var byKind = new LinkedHashMap<String, Kind>();
        for (var step : steps)
            byKind.computeIfAbsent(step.kind(), name -> new Kind(name, new ArrayList<>()))
                    .steps()
                    .add(step);
        System.out.printf(ROW, "kind", "runs", "ms", "share", "GFLOP/s", "GB/s");
        double sum = 0;
        for (var kind : byKind.values().stream()
                .sorted(Comparator.comparingDouble(Kind::milliseconds).reversed())
                .toList()) {
            row(kind.name(), kind.steps().size(), kind.milliseconds(), total, kind.flops(), kind.bytes());
            sum += kind.milliseconds();
        }
        row("copy in, update, the rest", 1, total - sum, total, 0, 0);
        row(
                "all",
                steps.size(),
                total,
                total,
                steps.stream().mapToDouble(PlanStep::flops).sum(),
                0);
    }

    private static void row(String name, int runs, double milliseconds, double total, double flops, double bytes) {
        System.out.printf(
                ROW,
                name,
                runs,
                "%.3f".formatted(milliseconds),
                "%.1f %%".formatted(100 * milliseconds / total),
                flops > 0 ? "%.0f".formatted(flops / milliseconds / 1e6) : "",
                bytes > 0 ? "%.1f".formatted(bytes / milliseconds / 1e6) : "");
    }

    private static void longest(List<PlanStep> steps) {
        System.out.printf("%nThe longest operations%n");
        steps.stream()
                .sorted(Comparator.comparingDouble(PlanStep::milliseconds).reversed())
                .limit(LONGEST)
                .forEach(step -> System.out.printf(
                        "%9.3f ms %8s %-20s %-16s %-28s %s%n",
                        step.milliseconds(),
                        step.flops() > 0 ? "%.0f".formatted(step.flops() / step.milliseconds() / 1e6) : "",
                        step.kind(),
                        step.layer(),
                        step.implementation(),
                        step.shapes()));
    }
}
