package dev.thalweg.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.DatabindException;

class CompleteTest {
    record Inner(String name) {}

    record Outer(int number, @Nullable String maybe, List<Inner> inner, Map<String, Float> numbers) {}

    @Test
    void whatMayBeNullMayBeMissing() {
        var whole = "{\"number\":1,\"inner\":[{\"name\":\"a\"}],\"numbers\":{\"x\":1}}";
        assertThat(Json.read(whole, Outer.class))
                .isEqualTo(new Outer(1, null, List.of(new Inner("a")), Map.of("x", 1f)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "null | expected an object, found null",
                "{\"number\":1,\"numbers\":{}} | inner is missing",
                "{\"number\":1,\"inner\":[{\"name\":\"a\"},{}],\"numbers\":{}} | inner[1].name is missing",
                "{\"number\":1,\"inner\":[null],\"numbers\":{}} | inner[0] is missing",
                "{\"number\":1,\"inner\":[],\"numbers\":{\"x\":null}} | a value of numbers is missing",
            })
    void whatIsMissingIsNamed(String json, String sentence) {
        assertThatThrownBy(() -> Json.read(json, Outer.class))
                .isInstanceOf(DatabindException.class)
                .hasMessageStartingWith(sentence);
    }

    @TempDir
    Path folder;

    @Test
    void stepsWithoutLayersAreRefused() throws IOException {
        var file = Files.writeString(
                folder.resolve("steps.jsonl"),
                "{\"step\":1,\"epoch\":1,\"loss\":1,\"learning_rate\":1,\"gradient_norm\":1,\"update_ratio\":1}\n");
        assertThatThrownBy(() -> StepSample.read(file))
                .hasMessage(file + ", line 1: expected a recorded step as JSON: layers is missing");
    }

    @Test
    void aRunsCircumstancesMustSayWhatItLearnedFrom() throws IOException {
        var file = Files.writeString(
                folder.resolve("run.json"), "{\"started\":\"x\",\"processes\":1,\"precision\":\"fp32\"}");
        assertThatThrownBy(() -> RunRecord.read(file))
                .hasMessage(file + ": the run's circumstances cannot be read: machine is missing; delete"
                        + " the file, and the run can go on; its page will lack them");
    }
}
