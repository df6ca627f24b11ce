package dev.thalweg.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;

/// One HTML file with everything in it: styles, script and data. It asks the network for nothing, and
/// its content security policy would not let it.
///
/// The data lies as JSON in `<script type="application/json" id="run">`. The script's `thalweg.render`
/// draws it, and may be called again with newer data: it keeps what the reader has scrolled to, hovers
/// over and switched on.
public final class Page {
    /// In this order they make one script.
    private static final List<String> SCRIPTS = List.of(
            "uplot/uPlot.iife.min.js",
            "page/dom.js",
            "page/curves.js",
            "page/drawings.js",
            "page/panels.js",
            "page/comparison.js",
            "page/contest.js",
            "page/gallery.js",
            "page/page.js");
    private static final List<String> STYLES = List.of("uplot/uPlot.min.css", "page/page.css");

    private Page() {}

    /// The page of a run.
    public static String of(Run run) throws IOException {
        return html(run.name(), PageJson.of(run), "", "");
    }

    /// The page of several runs.
    public static String of(Comparison comparison) throws IOException {
        return html(comparison.title(), PageJson.of(comparison), "", "");
    }

    /// The page of update rules that were compared.
    public static String of(ContestPage contest) throws IOException {
        return html(contest.title(), PageJson.of(contest), "", "");
    }

    /// A page that goes on after it was loaded.
    ///
    /// @param json as [#json] has it
    /// @param script more of it, run after the page has drawn `json`; it may call `thalweg.render`
    /// @param connect what the script may connect to, such as `'self'`; empty for nothing
    public static String html(String title, String json, String script, String connect) throws IOException {
        String code = "/*! uPlot:\n" + resource("uplot/LICENSE") + "*/\n" + joined(SCRIPTS) + script;
        String policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-%s'%s; "
                        .formatted(sha256(code), connect.isEmpty() ? "" : "; connect-src " + connect)
                + "base-uri 'none'; form-action 'none'";
        // The data comes last, so that nothing in it is taken for one of the marks.
        return resource("page/page.html")
                .replace("{{policy}}", policy)
                .replace("{{styles}}", joined(STYLES))
                .replace("{{script}}", code)
                .replace("{{title}}", escaped(title))
                .replace("{{json}}", json);
    }

    /// A [Run], or a part of one, as the page's script takes it; may stand within `<script>`.
    public static String json(Object value) {
        return PageJson.of(value);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("{{", "{ {");
    }

    private static String joined(List<String> names) throws IOException {
        var all = new StringBuilder();
        for (String name : names) all.append(resource(name).strip()).append('\n');
        return all.toString();
    }

    private static String resource(String name) throws IOException {
        try (var in = Page.class.getResourceAsStream(name)) {
            if (in == null)
                throw new IOException("the resource " + name + " is missing beside " + Page.class.getName());
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String sha256(String code) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(code.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new LinkageError("every Java has SHA-256", e);
        }
    }
}
