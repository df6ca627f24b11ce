package dev.thalweg.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Folders as Linux would show them.
class ControlGroupTest {
    @TempDir
    Path root;

    private void file(String path, String text) throws IOException {
        var file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text + "\n");
    }

    @Test
    void theTightestGroupOfVersionTwoCounts() throws IOException {
        file("cgroup.controllers", "cpu memory");
        file("batch/memory.max", "8000");
        file("batch/memory.current", "3000");
        file("batch/cpu.max", "150000 100000");
        file("batch/job/memory.max", "max");
        file("batch/job/memory.current", "2000");
        file("batch/job/cpu.max", "max 100000");
        var group = ControlGroup.at(root, List.of("0::/batch/job"));
        assertThat(group.version()).isEqualTo(2);
        assertThat(group.memoryLimit()).hasValue(8000);
        assertThat(group.memoryLeft()).hasValue(5000);
        assertThat(group.processors()).hasValue(1.5);
    }

    /// In a container `/proc` may name a path outside of it; the root is then the container's own group.
    @Test
    void aContainersRootCounts() throws IOException {
        file("cgroup.controllers", "cpu memory");
        file("memory.max", "1000");
        file("memory.current", "700");
        file("memory.stat", "anon 300\ninactive_file 250");
        var group = ControlGroup.at(root, List.of("0::/../../elsewhere"));
        assertThat(group.memoryLimit()).hasValue(1000);
        assertThat(group.memoryLeft()).as("the file pages can be dropped").hasValue(550);
        assertThat(group.processors()).isEmpty();
    }

    @Test
    void versionOneHasAFolderForEachController() throws IOException {
        file("memory/memory.limit_in_bytes", "9223372036854771712");
        file("memory/docker/1/memory.limit_in_bytes", "4000");
        file("memory/docker/1/memory.usage_in_bytes", "1000");
        file("cpu/docker/1/cpu.cfs_quota_us", "200000");
        file("cpu/docker/1/cpu.cfs_period_us", "100000");
        var group = ControlGroup.at(root, List.of("5:cpu,cpuacct:/docker/1", "4:memory:/docker/1"));
        assertThat(group.version()).isEqualTo(1);
        assertThat(group.memoryLimit()).hasValue(4000);
        assertThat(group.memoryLeft()).hasValue(3000);
        assertThat(group.processors()).hasValue(2);
    }

    @Test
    void withoutGroupsThereAreNoLimits() {
        var group = ControlGroup.at(root.resolve("nothing"), List.of());
        assertThat(group.version()).isZero();
        assertThat(group.memoryLimit()).isEmpty();
        assertThat(group.memoryLeft()).isEmpty();
        assertThat(group.processors()).isEmpty();
    }
}
