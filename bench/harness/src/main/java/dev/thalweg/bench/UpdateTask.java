package dev.thalweg.bench;

import java.util.ArrayList;

/// Which update a process is to measure: `rule=adam`, `decay=5e-4`, and what [Task] reads.
///
/// @param rule as on our command line
/// @param decay λ of coupled decay of all parameters, for rules that have no decoupled decay of their own
/// @param task threads and timing
public record UpdateTask(String rule, double decay, Task task) {
    private static final String RULE = "rule=";
    private static final String DECAY = "decay=";

    public static UpdateTask parse(String... arguments) {
        String rule = "sgd";
        double decay = 0;
        var others = new ArrayList<String>();
        for (String argument : arguments) {
            if (argument.startsWith(RULE)) rule = argument.substring(RULE.length());
            else if (argument.startsWith(DECAY)) decay = Double.parseDouble(argument.substring(DECAY.length()));
            else others.add(argument);
        }
        return new UpdateTask(rule, decay, Task.parse(others.toArray(String[]::new)));
    }

    /// The beginning of the line of results.
    public Result result(String library, int threads) {
        return new Result(Result.UPDATE)
                .with("library", library)
                .with("rule", rule)
                .with("decay", Double.toString(decay))
                .with("threads", threads);
    }
}
