package dev.thalweg.report.mlflow;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A tracking server as the published interface has it (mlflow/protos/service.proto, mlflow_artifacts.proto,
/// mlflow/utils/validation.py): it knows each field with its type and refuses what a real one refuses, in its
/// words' form.
final class TrackingServer implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern NAME = Pattern.compile("[/\\w.\\- :]+");
    private static final Set<String> STATUS = Set.of("RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED");

    record Point(String key, String value, long step, long timestamp) {}

    static final class Run {
        final String experiment;
        final String name;
        final Map<String, String> tags = new ConcurrentHashMap<>();
        final Map<String, String> params = new ConcurrentHashMap<>();
        final Set<Point> points = ConcurrentHashMap.newKeySet();
        volatile String status = "RUNNING";
        volatile long end;

        Run(String experiment, String name) {
            this.experiment = experiment;
            this.name = name;
        }

        List<Long> steps(String key) {
            return points.stream()
                    .filter(p -> p.key().equals(key))
                    .map(Point::step)
                    .sorted()
                    .toList();
        }

        String value(String key, long step) {
            return points.stream()
                    .filter(p -> p.key().equals(key) && p.step() == step)
                    .findFirst()
                    .orElseThrow()
                    .value();
        }
    }

    final Map<String, String> experiments = new ConcurrentHashMap<>();
    final Map<String, Run> runs = new ConcurrentHashMap<>();
    final Map<String, byte[]> files = new ConcurrentHashMap<>();
    /// Method and path of each request that was answered with yes.
    final List<String> calls = new CopyOnWriteArrayList<>();
    /// What the server had to refuse.
    final List<String> refusals = new CopyOnWriteArrayList<>();

    final Set<String> authorizations = ConcurrentHashMap.newKeySet();
    volatile String artifactRoot = "mlflow-artifacts:";
    /// Answers with this status and no more, while it is not 0.
    volatile int broken;

    /// Answers with this and yes, whatever is asked, while it is not empty.
    volatile String parrot = "";

    private final HttpServer http;

    TrackingServer() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext("/", this::handle);
        http.start();
    }

    String address() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    Run onlyRun() {
        return runs.values().iterator().next();
    }

    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;

        final int status;
        final String code;

        Refused(int status, String code, String message) {
            super(message);
            this.status = status;
            this.code = code;
        }
    }

    private static Refused invalid(String message) {
        return new Refused(400, "INVALID_PARAMETER_VALUE", message);
    }

    private static Refused missing(String message) {
        return new Refused(404, "RESOURCE_DOES_NOT_EXIST", message);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            if (broken != 0) {
                reply(exchange, broken, "<html>broken</html>");
                return;
            }
            if (!parrot.isEmpty()) {
                reply(exchange, 200, parrot);
                return;
            }
            String call =
                    exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
            try {
                reply(exchange, 200, answer(call, exchange, body));
                calls.add(call);
            } catch (Refused e) {
                if (!e.code.equals("RESOURCE_DOES_NOT_EXIST")) refusals.add(call + ": " + e.getMessage());
                var error = JSON.createObjectNode().put("error_code", e.code).put("message", e.getMessage());
                reply(exchange, e.status, error.toString());
            }
        }
    }

    private static void reply(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private synchronized String answer(String call, HttpExchange exchange, byte[] body) {
        var query = query(exchange.getRequestURI().getRawQuery());
        if (call.startsWith("PUT /api/2.0/mlflow-artifacts/artifacts/")) {
            files.put(call.substring("PUT /api/2.0/mlflow-artifacts/artifacts/".length()), body);
            return "{}";
        }
        return switch (call) {
            case "GET /api/2.0/mlflow/experiments/get-by-name" -> {
                String id = experiments.get(required(query, "experiment_name"));
                if (id == null) throw missing("Could not find experiment");
                yield JSON.createObjectNode()
                        .set(
                                "experiment",
                                JSON.createObjectNode().put("experiment_id", id).put("lifecycle_stage", "active"))
                        .toString();
            }
            case "POST /api/2.0/mlflow/experiments/create" -> {
                var request = json(exchange, body, Set.of("name", "artifact_location", "tags"));
                String name = text(request, "name", 500);
                if (experiments.containsKey(name))
                    throw new Refused(400, "RESOURCE_ALREADY_EXISTS", "Experiment '" + name + "' already exists.");
                experiments.put(name, String.valueOf(experiments.size() + 1));
                yield JSON.createObjectNode()
                        .put("experiment_id", experiments.get(name))
                        .toString();
            }
            case "POST /api/2.0/mlflow/runs/create" -> {
                var request =
                        json(exchange, body, Set.of("experiment_id", "user_id", "run_name", "start_time", "tags"));
                String experiment = text(request, "experiment_id", 64);
                if (!experiments.containsValue(experiment)) throw missing("No Experiment with id=" + experiment);
                if (!request.path("start_time").isIntegralNumber()) throw invalid("start_time must be an int64");
                var run = new Run(experiment, text(request, "run_name", 250));
                run.tags.putAll(pairs(request, "tags", 100, 5000));
                String id = "%032x".formatted(runs.size() + 1);
                runs.put(id, run);
                yield info(id);
            }
            case "GET /api/2.0/mlflow/runs/get" -> info(required(query, "run_id"));
            case "POST /api/2.0/mlflow/runs/update" -> {
                var request = json(exchange, body, Set.of("run_id", "run_uuid", "status", "end_time", "run_name"));
                var run = run(text(request, "run_id", 32));
                String status = text(request, "status", 10);
                if (!STATUS.contains(status)) throw invalid("Invalid value for status: " + status);
                run.status = status;
                if (request.has("end_time")) run.end = request.path("end_time").asLong();
                yield info(text(request, "run_id", 32));
            }
            case "POST /api/2.0/mlflow/runs/log-batch" -> {
                log(json(exchange, body, Set.of("run_id", "metrics", "params", "tags")), body.length);
                yield "{}";
            }
            default -> throw new Refused(404, "ENDPOINT_NOT_FOUND", "no such endpoint: " + call);
        };
    }

    private void log(JsonNode request, int bytes) {
        var run = run(text(request, "run_id", 32));
        if (bytes > 1_000_000) throw invalid("Batched logging API requests must be at most 1000000 bytes");
        if (request.path("metrics").size() > 1000) throw invalid("at most 1000 metrics");
        if (request.path("metrics").size()
                        + request.path("params").size()
                        + request.path("tags").size()
                > 1000) throw invalid("at most 1000 metrics, params, and tags");
        var points = new ArrayList<Point>();
        for (var metric : request.path("metrics")) {
            only(metric, Set.of("key", "value", "timestamp", "step"));
            var value = metric.path("value");
            boolean word =
                    value.isString() && Set.of("NaN", "Infinity", "-Infinity").contains(value.asString());
            if (!value.isNumber() && !word) throw invalid("value must be a double, got " + value);
            if (!metric.path("timestamp").isIntegralNumber()
                    || !metric.path("step").isIntegralNumber()) throw invalid("timestamp and step must be int64");
            points.add(new Point(
                    name(metric),
                    value.asString(),
                    metric.path("step").asLong(),
                    metric.path("timestamp").asLong()));
        }
        var params = pairs(request, "params", 100, 6000);
        params.forEach((key, value) -> {
            if (!value.equals(run.params.getOrDefault(key, value)))
                throw invalid("Changing param values is not allowed: " + key);
        });
        run.params.putAll(params);
        run.tags.putAll(pairs(request, "tags", 100, 5000));
        run.points.addAll(points);
    }

    private static Map<String, String> pairs(JsonNode request, String field, int most, int longest) {
        var list = request.path(field);
        if (list.size() > most) throw invalid("at most " + most + " " + field);
        var pairs = new LinkedHashMap<String, String>();
        for (var pair : list) {
            only(pair, Set.of("key", "value"));
            if (pairs.put(name(pair), text(pair, "value", longest)) != null) throw invalid("twice: " + pair);
        }
        return pairs;
    }

    private static String name(JsonNode item) {
        String name = text(item, "key", 250);
        if (!NAME.matcher(name).matches() || name.startsWith("/") || name.contains("//"))
            throw invalid("Invalid name: " + name);
        return name;
    }

    private static JsonNode json(HttpExchange exchange, byte[] body, Set<String> fields) {
        String type = String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type"));
        if (!type.startsWith("application/json")) throw invalid("content type " + type);
        var request = JSON.readTree(body);
        only(request, fields);
        return request;
    }

    private static void only(JsonNode object, Set<String> fields) {
        var unknown = new HashSet<>(object.propertyNames());
        unknown.removeAll(fields);
        if (!unknown.isEmpty()) throw invalid("unknown fields " + unknown);
    }

    private static String text(JsonNode object, String field, int longest) {
        var value = object.path(field);
        if (!value.isString() || value.asString().isEmpty() && field.equals("name"))
            throw invalid("Missing value for required parameter '" + field + "'");
        if (value.asString().length() > longest) throw invalid(field + " exceeds " + longest);
        return value.asString();
    }

    private Run run(String id) {
        var run = runs.get(id);
        if (run == null) throw missing("Run with id=" + id + " not found");
        return run;
    }

    private String info(String id) {
        var run = run(id);
        var answer = JSON.createObjectNode();
        answer.putObject("run")
                .putObject("info")
                .put("run_id", id)
                .put("run_uuid", id)
                .put("experiment_id", run.experiment)
                .put("status", run.status)
                .put("artifact_uri", "%s/%s/%s/artifacts".formatted(artifactRoot, run.experiment, id))
                .put("lifecycle_stage", "active");
        return answer.toString();
    }

    private static Map<String, String> query(String raw) {
        var query = new LinkedHashMap<String, String>();
        if (raw != null)
            for (String pair : raw.split("&"))
                query.put(
                        pair.replaceFirst("=.*", ""),
                        URLDecoder.decode(pair.replaceFirst("[^=]*=", ""), StandardCharsets.UTF_8));
        return query;
    }

    private static String required(Map<String, String> query, String name) {
        if (!query.containsKey(name)) throw invalid("Missing value for required parameter '" + name + "'");
        return query.get(name);
    }

    /// For assertions: how many calls of one kind were answered with yes.
    long count(Predicate<String> call) {
        return calls.stream().filter(call).count();
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
