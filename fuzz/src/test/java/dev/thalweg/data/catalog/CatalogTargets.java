package dev.thalweg.data.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.thalweg.fuzz.Target;
import java.net.URI;
import java.util.List;
import java.util.Map;

/// Readers of what published data sets bring along.
public final class CatalogTargets {
    public static final List<Target> ALL = List.of(
            Target.ofFile("mat-file", file -> MatFile.read(file).integers("labels")),
            Target.of(
                    "proxy",
                    IllegalArgumentException.class,
                    CatalogTargets::proxy,
                    "http://",
                    "https://",
                    "@",
                    ":",
                    "\n",
                    ",",
                    "*",
                    "[::1]",
                    "99999",
                    "%",
                    "/"));

    private CatalogTargets() {}

    /// Two lines: `https_proxy` and `no_proxy`.
    private static void proxy(byte[] input) {
        String[] lines = new String(input, UTF_8).split("\n", 2);
        var environment = Map.of("https_proxy", lines[0], "no_proxy", lines.length > 1 ? lines[1] : "");
        var proxies = new Proxies(environment, Map.of());
        proxies.select(URI.create("https://example.org/x"));
        proxies.haveCredentials();
    }
}
