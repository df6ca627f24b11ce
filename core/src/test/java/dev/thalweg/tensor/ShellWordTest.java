package dev.thalweg.tensor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellWordTest {
    @Test
    void onlyWhatNeedsItIsQuoted() {
        assertThat(ShellWord.of("runs/a-1")).isEqualTo("runs/a-1");
        assertThat(ShellWord.of("my runs/it's")).isEqualTo("'my runs/it'\\''s'");
        assertThat(ShellWord.of("a\n'b\\")).isEqualTo("$'a\\u000a\\'b\\\\'");
        assertThat(ShellWord.of("")).isEqualTo("''");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a b",
                "$HOME",
                "`id`",
                "it's",
                "a\nb",
                "tab\t'and\\",
                "\u202eexe.gpj",
                "größe",
                "\ud83d\udc1d\n",
                "!x",
                "*"
            })
    void bashReadsItBack(String text) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "no /bin/bash");
        var builder = new ProcessBuilder("/bin/bash", "-c", "printf %s " + ShellWord.of(text));
        builder.environment().put("LC_ALL", "C.UTF-8");
        var bash = builder.start();
        assertThat(new String(bash.getInputStream().readAllBytes(), UTF_8)).isEqualTo(text);
        assertThat(bash.waitFor()).isZero();
        assertThat(Quote.line(ShellWord.of(text))).isEqualTo(ShellWord.of(text));
    }
}
