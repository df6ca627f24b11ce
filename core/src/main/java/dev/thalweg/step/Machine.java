package dev.thalweg.step;

import static dev.thalweg.step.onednn.Runtime.instructionSet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// What a plan runs on: what one must know to compare speeds, or to get the same bits again.
///
/// @param processor its maker's name for it; the architecture where the system does not say
/// @param processors that this process may use
/// @param memoryBytes of the machine; 0 where the system does not say
/// @param system operating system and version
/// @param java the virtual machine and its version
/// @param instructions the set that the kernels use, such as `AVX512_CORE_BF16`
/// @param vectors whether element-wise work uses the Vector API
public record Machine(
        String processor,
        int processors,
        long memoryBytes,
        String system,
        String java,
        String instructions,
        boolean vectors) {

    /// This one.
    public static Machine here() {
        String memory = fact("/proc/meminfo", "MemTotal").replaceAll("\\D", "");
        String processor = fact("/proc/cpuinfo", "model name");
        return new Machine(
                processor.isEmpty() ? System.getProperty("os.arch") : processor,
                Runtime.getRuntime().availableProcessors(),
                memory.isEmpty() ? 0 : Long.parseLong(memory) * 1024,
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"),
                instructionSet(),
                ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent());
    }

    /// The value behind the first `name:` of a file of such lines; empty where there is none.
    private static String fact(String file, String name) {
        try (var lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT)))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("");
        } catch (IOException e) {
            return ""; // not Linux
        }
    }
}
