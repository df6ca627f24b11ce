package dev.thalweg.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MainTest {

    @Test
    void printsItsVersion() {
        var out = new StringWriter();
        int status = new CommandLine(new Main()).setOut(new PrintWriter(out)).execute("--version");
        assertThat(status).isZero();
        assertThat(out.toString().strip()).matches("thalweg \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?");
    }
}
