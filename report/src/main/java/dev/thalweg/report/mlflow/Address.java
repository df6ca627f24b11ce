package dev.thalweg.report.mlflow;

import dev.thalweg.tensor.Quote;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where a tracking server is, and who asks.
///
/// @param base without a slash at its end, and without a user in it
/// @param authorization the header of that name, null for none
public record Address(URI base, @Nullable String authorization) {

    /// @param text such as `http://localhost:5000`
    /// @param environment where MLflow's own clients look: `MLFLOW_TRACKING_USERNAME` with
    ///     `MLFLOW_TRACKING_PASSWORD`, else `MLFLOW_TRACKING_TOKEN`; a user and password within the
    ///     address come first
    /// @throws IllegalArgumentException if it is not the address of a server
    public static Address of(String text, Map<String, String> environment) {
        URI uri;
        try {
            uri = URI.create(text);
        } catch (IllegalArgumentException e) {
            throw refused(text);
        }
        boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
        if (!http || uri.getHost() == null || uri.getQuery() != null || uri.getFragment() != null) throw refused(text);
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        String path = uri.getRawPath().replaceAll("/+$", "");
        var base = URI.create("%s://%s%s%s".formatted(uri.getScheme(), uri.getHost(), port, path));
        return new Address(base, authorization(uri.getUserInfo(), environment));
    }

    private static IllegalArgumentException refused(String text) {
        return new IllegalArgumentException(
                "expected the address of an MLflow tracking server, such as http://localhost:5000, got %s"
                        .formatted(Quote.of(text.replaceFirst("(?<=//)[^/@]*@", "…@"))));
    }

    private static @Nullable String authorization(@Nullable String userInfo, Map<String, String> environment) {
        String user = environment.get("MLFLOW_TRACKING_USERNAME"),
                password = environment.get("MLFLOW_TRACKING_PASSWORD");
        String token = environment.get("MLFLOW_TRACKING_TOKEN");
        if (userInfo != null) return basic(userInfo);
        if (user != null && password != null) return basic(user + ":" + password);
        return token == null ? null : "Bearer " + token;
    }

    private static String basic(String userAndPassword) {
        return "Basic " + Base64.getEncoder().encodeToString(userAndPassword.getBytes(StandardCharsets.UTF_8));
    }

    /// What the header holds stays out of every message.
    @Override
    public String toString() {
        return base.toString();
    }
}
