package dev.thalweg.cli;

import static dev.thalweg.cli.Ran.thalweg;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class DoctorCommandTest {
    @TempDir
    Path folder;

    @Test
    void looksAtEverything() {
        var ran = thalweg("doctor", "--json");
        var checks = new JsonMapper().readTree(ran.out());
        var names = checks.findValuesAsString("name");
        assertThat(names)
                .contains(
                        "java",
                        "vectors",
                        "load",
                        "natives",
                        "kernels",
                        "fp32",
                        "bf16",
                        "copying",
                        "auto",
                        "threads",
                        "limits",
                        "memory",
                        "files",
                        "folder",
                        "runs",
                        "cache",
                        "pictures",
                        "environment",
                        "names",
                        "terminal")
                .doesNotHaveDuplicates();
        for (var check : checks) {
            assertThat(check.get("text").asString()).isNotBlank();
            assertThat(check.get("level").asString()).as(check.toString()).isIn("ok", "warn");
            assertThat(check.get("advice").asString().isEmpty())
                    .as("advice where something is amiss, and only there")
                    .isEqualTo(check.get("level").asString().equals("ok"));
        }
        assertThat(ran.status()).isZero();
    }

    @Test
    void adviceForVariables() {
        assertThat(EnvironmentChecks.variables(Map.of("HOME", "/", "LANG", "C")))
                .isEqualTo(Check.ok("environment", "nothing is set that matters"));
        assertThat(EnvironmentChecks.variables(Map.of("THALWEG_JAVA_OPTS", "-Xmx1g", "OPENBLAS_CORETYPE", "Haswell")))
                .isEqualTo(Check.ok("environment", "OPENBLAS_CORETYPE=Haswell THALWEG_JAVA_OPTS=-Xmx1g"));
        assertThat(EnvironmentChecks.variables(Map.of("OMP_NUM_THREADS", "1")))
                .isEqualTo(Check.warn(
                        "environment", "OMP_NUM_THREADS=1", "OMP_NUM_THREADS has no effect: --threads says how many"));
        assertThat(EnvironmentChecks.variables(Map.of("OMP_WAIT_POLICY", "passive"))
                        .level())
                .isEqualTo(Check.Level.OK);
        assertThat(EnvironmentChecks.variables(Map.of("OMP_WAIT_POLICY", "ACTIVE"))
                        .level())
                .isEqualTo(Check.Level.WARN);
    }

    @Test
    void adviceForTheSystem() {
        assertThat(SystemChecks.load(0.1, 2, 2).level()).isEqualTo(Check.Level.OK);
        assertThat(SystemChecks.load(1.2, 2, 2))
                .isEqualTo(Check.warn(
                        "load",
                        "others use 1.2 of the machine's 2 processors",
                        "training shares the processors with them, and is slower for it"));
        assertThat(SystemChecks.load(6, 8, 2).level())
                .as("they have six to themselves")
                .isEqualTo(Check.Level.OK);
        assertThat(SystemChecks.memory(500_000_000, 8_000_000_000L))
                .isEqualTo(Check.warn(
                        "memory",
                        "500.0 MB available of 8.00 GB",
                        "little is left: end other programs, or choose small batches"));
        assertThat(SystemChecks.files("256").advice()).startsWith("ulimit -n 4096 allows more");
        assertThat(SystemChecks.files("unlimited").level()).isEqualTo(Check.Level.OK);
        assertThat(EnvironmentChecks.fileNames("ANSI_X3.4-1968").advice())
                .isEqualTo("files with other letters in their names cannot be opened: set LC_ALL=C.UTF-8");
        assertThat(EnvironmentChecks.fileNames("UTF-8").level()).isEqualTo(Check.Level.OK);
    }

    @Test
    void foldersThatCannotBeWritten() throws IOException {
        var there = SystemChecks.folder("runs", folder.resolve("a/b"), "elsewhere");
        assertThat(there.text()).startsWith(folder.resolve("a/b") + " (not there yet), ");
        assertThat(folder.resolve("a")).doesNotExist();
        try (var entries = Files.list(folder)) {
            assertThat(entries).as("nothing is left behind").isEmpty();
        }
        var file = Files.writeString(folder.resolve("file"), "");
        assertThat(SystemChecks.folder("runs", file.resolve("b"), "elsewhere"))
                .isEqualTo(Check.fail("runs", file + " is no folder", "elsewhere"));
        assertThat(SystemChecks.folder("runs", Path.of("/proc/nothing"), "elsewhere"))
                .isEqualTo(Check.fail("runs", "no permission to write to /proc", "elsewhere"));
    }
}
