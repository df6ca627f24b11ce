package dev.thalweg.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class PageJsonTest {

    @Test
    void nothingEndsTheElementItLiesIn() {
        var text = "</script><!-- <script> \u2028 \u2029 & \" é";
        String json = PageJson.of(Map.of("name", text));
        assertThat(json).doesNotContain("<", "\u2028", "\u2029").contains("\\u003c/script>");
        assertThat(new JsonMapper().readTree(json).get("name").asString()).isEqualTo(text);
    }

    @Test
    void numbersAreShortAndFinite() {
        var numbers = new LinkedHashMap<String, Object>();
        numbers.put("a", 0.1234567890123);
        numbers.put("b", Double.NaN);
        numbers.put("c", new double[] {1, -2.5, Double.POSITIVE_INFINITY, 1.23456789e-12, 4e30, 0, 123_456_789.4});
        numbers.put("d", Arrays.asList(3.0, null));
        assertThat(PageJson.of(numbers))
                .isEqualTo(
                        "{\"a\":0.123457,\"b\":null,\"c\":[1,-2.5,null,1.23457E-12,4E+30,0,1.23457E+8],\"d\":[3,null]}");
        assertThat(new JsonMapper().readTree(PageJson.of(numbers)).at("/c/4").asDouble())
                .isEqualTo(4e30);
    }

    @Test
    void wholeNumbersStayWhole() {
        assertThat(PageJson.of(List.of(12_345_678, 9_007_199_254_740_991L, -0.0)))
                .isEqualTo("[12345678,9007199254740991,0]");
    }
}
