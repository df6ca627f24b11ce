package dev.thalweg.report.mlflow;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The calls of MLflow's REST interface, version 2.0, that tracking needs. Each waits for its answer, and throws
/// [Refusal] if the server says no, [IOException] if there is no answer.
final class Server implements AutoCloseable {
    /// What one call of `runs/log-batch` may hold.
    static final int METRICS = 1000, PARAMS = 100;

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final Duration UPLOAD = Duration.ofMinutes(10);

    private final Address address;
    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            .version(HttpClient.Version.HTTP_1_1)
            .build();

    Server(Address address) {
        this.address = address;
    }

    /// The server has answered, but not with yes.
    static final class Refusal extends IOException {
        private static final long serialVersionUID = 1;

        private final int status;
        private final String code;

        Refusal(int status, String code, String message) {
            super(message);
            this.status = status;
            this.code = code;
        }

        /// Whether the same call may succeed later: the server is overloaded, or broken, or being restarted.
        boolean passing() {
            return status == 408 || status == 429 || status >= 500;
        }

        boolean says(String code) {
            return this.code.equals(code);
        }
    }

    /// @param artifactUri where the run's files go
    record RunInfo(String id, String experiment, String artifactUri, String stage) {}

    /// The experiment of that name, made if there is none.
    String experiment(String name) throws IOException, InterruptedException {
        var found = find(name);
        if (found.isPresent()) return found.get();
        try {
            var request = JSON.createObjectNode().put("name", name);
            return text(post("experiments/create", request), "experiment_id");
        } catch (Refusal e) {
            if (!e.says("RESOURCE_ALREADY_EXISTS")) throw e;
            return find(name).orElseThrow(() -> e); // somebody else was faster
        }
    }

    private Optional<String> find(String name) throws IOException, InterruptedException {
        try {
            var experiment = get("experiments/get-by-name?experiment_name=" + encoded(name))
                    .path("experiment");
            if (experiment.path("lifecycle_stage").asString("active").equals("deleted"))
                throw new Refusal(
                        400,
                        "INVALID_STATE",
                        "the experiment '%s' was deleted there; name another one with --mlflow-experiment"
                                .formatted(name));
            return Optional.of(text(experiment, "experiment_id"));
        } catch (Refusal e) {
            if (e.says("RESOURCE_DOES_NOT_EXIST")) return Optional.empty();
            throw e;
        }
    }

    RunInfo create(String experiment, String name, long startMillis, Map<String, String> tags)
            throws IOException, InterruptedException {
        var request = JSON.createObjectNode()
                .put("experiment_id", experiment)
                .put("run_name", name)
                .put("start_time", startMillis);
        pairs(request, "tags", List.copyOf(tags.entrySet()));
        return run(post("runs/create", request));
    }

    /// Empty if the server has no such run, or it was deleted.
    Optional<RunInfo> run(String id) throws IOException, InterruptedException {
        try {
            var run = run(get("runs/get?run_id=" + encoded(id)));
            return run.stage().equals("deleted") ? Optional.empty() : Optional.of(run);
        } catch (Refusal e) {
            if (e.says("RESOURCE_DOES_NOT_EXIST")) return Optional.empty();
            throw e;
        }
    }

    private static RunInfo run(JsonNode answer) throws Refusal {
        var info = answer.path("run").path("info");
        return new RunInfo(
                text(info, "run_id"),
                text(info, "experiment_id"),
                info.path("artifact_uri").asString(""),
                info.path("lifecycle_stage").asString("active"));
    }

    private static String text(JsonNode answer, String key) throws Refusal {
        String text = answer.path(key).asString("");
        if (text.isBlank()) throw notMlflow("'%s'".formatted(key), answer.toString());
        return text;
    }

    private static Refusal notMlflow(String expected, String found) {
        return new Refusal(
                200, "", "what answers there is not MLflow: expected %s, got '%s'".formatted(expected, begin(found)));
    }

    /// @param params at most [#PARAMS]
    void params(String run, List<Map.Entry<String, String>> params) throws IOException, InterruptedException {
        var request = JSON.createObjectNode().put("run_id", run);
        pairs(request, "params", params);
        post("runs/log-batch", request);
    }

    /// @param metrics at most [#METRICS]
    void metrics(String run, List<Metric> metrics) throws IOException, InterruptedException {
        var request = JSON.createObjectNode().put("run_id", run);
        var list = request.putArray("metrics");
        for (var metric : metrics) {
            var item = list.addObject().put("key", metric.key());
            // Protocol buffers' JSON has words for what JSON has no numbers for.
            if (Double.isFinite(metric.value())) item.put("value", metric.value());
            else item.put("value", Double.toString(metric.value()));
            item.put("timestamp", metric.timestamp()).put("step", metric.step());
        }
        post("runs/log-batch", request);
    }

    /// @param status `RUNNING`, `FINISHED`, `FAILED` or `KILLED`
    /// @param endMillis 0 for none
    void update(String run, String status, long endMillis) throws IOException, InterruptedException {
        var request = JSON.createObjectNode().put("run_id", run).put("status", status);
        if (endMillis > 0) request.put("end_time", endMillis);
        post("runs/update", request);
    }

    /// Where files of a run are to be sent; empty if the server does not take them itself, but leaves that to
    /// clients that know the store behind it.
    Optional<URI> files(RunInfo run) {
        URI uri;
        try {
            uri = new URI(run.artifactUri().replace(" ", "%20"));
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
        String scheme = String.valueOf(uri.getScheme());
        if (scheme.equals("http") || scheme.equals("https")) return Optional.of(uri);
        if (!scheme.equals("mlflow-artifacts") || uri.getRawPath() == null) return Optional.empty();
        String base = uri.getRawAuthority() == null
                ? address.base().toString()
                : address.base().getScheme() + "://" + uri.getRawAuthority();
        return Optional.of(URI.create(base + "/api/2.0/mlflow-artifacts/artifacts" + uri.getRawPath()));
    }

    /// Sends one file.
    ///
    /// @param folder as [#files] has it
    void upload(URI folder, Path file) throws IOException, InterruptedException {
        var target = URI.create(folder + "/" + encoded(String.valueOf(file.getFileName())));
        var request = HttpRequest.newBuilder(target)
                .timeout(UPLOAD)
                .header("Content-Type", file.toString().endsWith(".html") ? "text/html" : "application/octet-stream")
                .PUT(BodyPublishers.ofFile(file));
        answer(request);
    }

    private static void pairs(ObjectNode request, String name, List<Map.Entry<String, String>> pairs) {
        var list = request.putArray(name);
        for (var pair : pairs) list.addObject().put("key", pair.getKey()).put("value", pair.getValue());
    }

    private JsonNode get(String call) throws IOException, InterruptedException {
        return answer(HttpRequest.newBuilder(api(call)).timeout(ANSWER).GET());
    }

    private JsonNode post(String call, ObjectNode body) throws IOException, InterruptedException {
        return answer(HttpRequest.newBuilder(api(call))
                .timeout(ANSWER)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(JSON.writeValueAsString(body))));
    }

    private URI api(String call) {
        return URI.create(address.base() + "/api/2.0/mlflow/" + call);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private JsonNode answer(HttpRequest.Builder request) throws IOException, InterruptedException {
        if (address.authorization() != null) request.header("Authorization", address.authorization());
        HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
        JsonNode body = JSON.missingNode();
        try {
            if (!response.body().isBlank()) body = JSON.readTree(response.body());
        } catch (JacksonException e) {
            if (response.statusCode() / 100 == 2) throw notMlflow("JSON", response.body());
        }
        if (response.statusCode() / 100 == 2) return body;
        String message = body.path("message").asString(begin(response.body()));
        String code = body.path("error_code").asString("");
        throw new Refusal(
                response.statusCode(),
                code,
                "it answers %s%s".formatted(response.statusCode(), message.isBlank() ? "" : ", " + message.strip()));
    }

    private static String begin(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        return line.length() <= 120 ? line : line.substring(0, 120) + "…";
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
