package dev.thalweg.report.live;

import dev.thalweg.format.JsonFault;
import dev.thalweg.tensor.Nearest;
import dev.thalweg.train.Controls;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a page may ask of a run: a JSON object with `do` and, where it takes one, `value`.
final class Handles {
    private static final JsonMapper JSON = new JsonMapper();
    private static final List<String> KNOWN = List.of("pause", "proceed", "stop-after-epoch", "stop", "learning-rate");

    private Handles() {}

    /// @return what is going to happen, as a sentence
    /// @throws IllegalArgumentException with a sentence, if the request is none
    static String obey(Controls controls, byte[] request) {
        JsonNode body;
        try {
            body = JSON.readTree(request);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("the request is not JSON: " + JsonFault.sentence(e));
        }
        var action = body.path("do");
        if (!action.isString()) throw new IllegalArgumentException("the request does not say what to do");
        return switch (action.asString()) {
            case "pause" -> {
                controls.pause();
                yield "Pauses after this step, with a checkpoint.";
            }
            case "proceed" -> {
                controls.proceed();
                yield "Goes on.";
            }
            case "stop-after-epoch" -> {
                controls.stopAfterEpoch();
                yield "Stops when this epoch is over, with a checkpoint.";
            }
            case "stop" -> {
                controls.stop();
                yield "Stops as soon as may be, with a checkpoint.";
            }
            case "learning-rate" -> {
                var value = body.path("value");
                if (!value.isNumber())
                    throw new IllegalArgumentException("the factor of the learning rate must be a number, got %s"
                            .formatted(value.isMissingNode() ? "none" : value));
                double factor = value.asDouble(Double.POSITIVE_INFINITY);
                controls.learningRateFactor(factor);
                yield factor == 1
                        ? "The learning rate is the recipe's again from the next step on."
                        : "The learning rate is %s times the recipe's from the next step on.".formatted(factor);
            }
            default -> throw new IllegalArgumentException(Nearest.unknown("action", action.asString(), KNOWN));
        };
    }
}
