package dev.thalweg.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

class JsonFaultTest {

    /// What the library advises its programmers is left out.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"seed": 0X1} | Unexpected character ('X' (code 88))
            {"seed": NaN} | Non-standard token 'NaN'
            {"seed": +1}  | Unexpected character ('+' (code 43)) in numeric value: JSON spec does not allow numbers to have plus signs
            {"seed": 007} | Invalid numeric value: Leading zeroes not allowed
            """)
    void saysWhatIsWrongInUsersWords(String text, String expected) {
        var e = catchThrowableOfType(JacksonException.class, () -> new JsonMapper().readTree(text));
        assertThat(JsonFault.sentence(e)).isEqualTo(expected);
    }
}
