package dev.thalweg.optim;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/// PyTorch's own numbers, by name. `pytorch.py` beside `pytorch.txt` wrote them.
final class Golden {
    static final Map<String, double[]> PYTORCH = read();

    private Golden() {}

    private static Map<String, double[]> read() {
        try (var in = Golden.class.getResourceAsStream("pytorch.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.split(" "))
                    .collect(Collectors.toMap(fields -> fields[0], Golden::numbers));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static double[] numbers(String[] fields) {
        return Arrays.stream(fields).skip(1).mapToDouble(Double::parseDouble).toArray();
    }
}
