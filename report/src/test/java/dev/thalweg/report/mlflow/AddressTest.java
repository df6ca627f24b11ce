package dev.thalweg.report.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
    @Test
    void credentialsComeFromTheEnvironmentOrTheAddress() {
        assertThat(Address.of("http://localhost:5000/", Map.of()))
                .isEqualTo(Address.of("http://localhost:5000", Map.of()));
        assertThat(Address.of("https://host/mlflow//", Map.of()).base()).hasToString("https://host/mlflow");
        assertThat(Address.of("http://h", Map.of()).authorization()).isNull();
        assertThat(Address.of("http://h", Map.of("MLFLOW_TRACKING_TOKEN", "t")).authorization())
                .isEqualTo("Bearer t");
        // RFC 7617's example.
        var both = Map.of(
                "MLFLOW_TRACKING_USERNAME", "Aladdin",
                "MLFLOW_TRACKING_PASSWORD", "open sesame",
                "MLFLOW_TRACKING_TOKEN", "t");
        assertThat(Address.of("http://h", both).authorization()).isEqualTo("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        var within = Address.of("http://Aladdin:open%20sesame@h:1", Map.of());
        assertThat(within.authorization()).isEqualTo("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        assertThat(within).hasToString("http://h:1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "mlruns",
                "file:///tmp/mlruns",
                "sqlite:///a.db",
                "databricks",
                "http://",
                "localhost:5000",
                "http://h/?a=b",
                "a b"
            })
    void whatIsNoServerIsRefused(String text) {
        assertThatThrownBy(() -> Address.of(text, Map.of()))
                .hasMessage("expected the address of an MLflow tracking server, such as http://localhost:5000, got '%s'"
                        .formatted(text));
    }

    @Test
    void whatIsRefusedIsQuotedOnOneLine() {
        assertThatThrownBy(() -> Address.of("http://h\u0007/" + "x".repeat(100), Map.of()))
                .hasMessageEndingWith("got 'http://h\ufffd/" + "x".repeat(50) + "…'");
    }

    @Test
    void aPasswordIsNeverRepeated() {
        assertThatThrownBy(() -> Address.of("ftp://me:secret@h", Map.of()))
                .hasMessageContaining("ftp://…@h")
                .hasMessageNotContaining("secret");
    }
}
