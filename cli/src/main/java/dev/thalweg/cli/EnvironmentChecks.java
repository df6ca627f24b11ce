package dev.thalweg.cli;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/// What `doctor` looks at in the user's surroundings.
final class EnvironmentChecks {
    /// Variables that matter, and what is to be said of them; empty where nothing.
    private static final Map<String, String> ADVICE = new LinkedHashMap<>();

    static {
        ADVICE.put("OMP_NUM_THREADS", "has no effect: --threads says how many");
        ADVICE.put("OMP_THREAD_LIMIT", "may keep the kernels from the threads that --threads asks for");
        ADVICE.put("OMP_PROC_BIND", "threads are bound to processors already; unset it");
        ADVICE.put("OMP_PLACES", "threads are bound to processors already; unset it");
        ADVICE.put("GOMP_CPU_AFFINITY", "threads are bound to processors already; unset it");
        ADVICE.put("OMP_WAIT_POLICY", "waiting threads that spin bring training to a halt beside other work; unset it");
        ADVICE.put("GOMP_SPINCOUNT", "has no effect: -Dthalweg.spin=N in THALWEG_JAVA_OPTS says it");
        ADVICE.put("KMP_AFFINITY", "");
        ADVICE.put("DNNL_MAX_CPU_ISA", "keeps the kernels from what the processor can do; unset it");
        ADVICE.put("ONEDNN_MAX_CPU_ISA", "keeps the kernels from what the processor can do; unset it");
        ADVICE.put("DNNL_VERBOSE", "prints a line for every kernel; unset it");
        ADVICE.put("ONEDNN_VERBOSE", "prints a line for every kernel; unset it");
        ADVICE.put("ONEDNN_DEFAULT_FPMATH_MODE", "lets the kernels round more than asked for; unset it");
        ADVICE.put("DNNL_DEFAULT_FPMATH_MODE", "lets the kernels round more than asked for; unset it");
        ADVICE.put("OPENBLAS_CORETYPE", "");
        ADVICE.put("LD_PRELOAD", "");
        ADVICE.put("MALLOC_ARENA_MAX", "");
        ADVICE.put("XDG_CACHE_HOME", "");
        ADVICE.put("JAVA_TOOL_OPTIONS", "");
        ADVICE.put("JDK_JAVA_OPTIONS", "");
        ADVICE.put("JAVA_HOME", "");
    }

    private EnvironmentChecks() {}

    /// Variables that have, or seem to have, an influence.
    static Check variables(Map<String, String> environment) {
        var set = new ArrayList<String>();
        var advice = new ArrayList<String>();
        new TreeMap<>(environment).forEach((name, value) -> {
            if (!ADVICE.containsKey(name) && !name.startsWith("THALWEG_")) return;
            set.add(name + "=" + value);
            String said = ADVICE.getOrDefault(name, "");
            boolean harmless = name.equals("OMP_WAIT_POLICY") && !value.equalsIgnoreCase("active")
                    || name.endsWith("_VERBOSE") && value.equals("0");
            if (!said.isEmpty() && !harmless) advice.add(name + " " + said);
        });
        return Check.of(
                "environment",
                set.isEmpty() ? "nothing is set that matters" : String.join(" ", set),
                String.join("; ", advice));
    }

    /// Whether files with names beyond ASCII can be opened.
    static Check fileNames() {
        return fileNames(System.getProperty("sun.jnu.encoding", "UTF-8"));
    }

    static Check fileNames(String encoding) {
        boolean narrow =
                Charset.isSupported(encoding) && Charset.forName(encoding).equals(StandardCharsets.US_ASCII);
        return Check.of(
                "names",
                "file names are " + (narrow ? "ASCII" : encoding),
                narrow ? "files with other letters in their names cannot be opened: set LC_ALL=C.UTF-8" : "");
    }

    static Check terminal() {
        return Check.ok(
                "terminal",
                "%s; text is %s"
                        .formatted(
                                Terminal.live()
                                        ? "progress on one line, %d columns%s"
                                                .formatted(Terminal.width(), Terminal.coloured() ? ", in colour" : "")
                                        : "standard error is no terminal, so progress is a line an epoch",
                                System.out.charset().equals(StandardCharsets.US_ASCII)
                                        ? "UTF-8, though no locale is set"
                                        : System.out.charset()));
    }
}
