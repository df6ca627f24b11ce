package dev.thalweg.train;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/// Something that somebody did to a run while it trained: a line of `controls.jsonl`.
///
/// @param step steps that had been done
/// @param value of a learning rate's factor; null for all others
public record Control(
        long step,
        What what,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double value) {

    /// What can be done.
    public enum What {
        /// From here on, `value` times the learning rate that the recipe says.
        LEARNING_RATE,
        /// A checkpoint, then nothing until it is to proceed or stop.
        PAUSE,
        /// The end of a pause; an end that was asked for after the epoch is off.
        PROCEED,
        STOP_AFTER_EPOCH,
        STOP
    }

    /// `learning rate × 0.5 after step 120`.
    @Override
    public String toString() {
        String name = switch (what) {
            case LEARNING_RATE -> "learning rate × " + value;
            case PAUSE -> "pause";
            case PROCEED -> "go on";
            case STOP_AFTER_EPOCH -> "stop after this epoch";
            case STOP -> "stop";
        };
        return "%s after step %,d".formatted(name, step);
    }
}
