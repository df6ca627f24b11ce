package dev.thalweg.step;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MachineTest {

    @Test
    void saysWhatItIs() {
        var machine = Machine.here();
        assertThat(machine).isEqualTo(Machine.here());
        assertThat(machine.kind().thalweg()).matches("\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?");
        assertThat(machine.kind().kernels()).matches("oneDNN 3\\.\\d+\\.\\d+");
        assertThat(machine.kind().java()).contains(Runtime.version().toString());
        assertThat(machine.kind().instructionSet()).isNotBlank();
        assertThat(machine.kind().processor()).isNotBlank();
        assertThat(machine.kind().pool()).isIn("libgomp", "java");
        assertThat(machine.processors()).isPositive();
        assertThat(machine.system()).contains(System.getProperty("os.arch"));
    }
}
