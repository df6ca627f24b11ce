package dev.thalweg.step;

import dev.thalweg.step.onednn.OpenMpWorkers;
import dev.thalweg.step.onednn.Runtime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.stream.Stream;

/// What a run goes on: the machine and the software.
///
/// @param kind what a run's bits depend on
/// @param processors that this process may use
/// @param memory bytes that this process may take at most, all of the machine or a container's
///     limit; 0 where the system does not say
/// @param system the operating system and its version
public record Machine(Kind kind, int processors, long memory, String system) {

    /// All that decides the bits of a run beside its recipe and data: two machines of one kind give the
    /// same. Nothing in it changes while a machine stays what it is.
    ///
    /// @param thalweg the version of this library
    /// @param kernels the kernel library and its version: `oneDNN 3.13.0`
    /// @param java the virtual machine and its version
    /// @param processor its name, as the system has it
    /// @param instructionSet that the kernels use, such as `AVX512_CORE_BF16`
    /// @param pool whose threads run the step: `libgomp` or `java`
    /// @param vectors whether kernels in Java use the Vector API
    public record Kind(
            String thalweg,
            String kernels,
            String java,
            String processor,
            String instructionSet,
            String pool,
            boolean vectors) {}

    /// This one.
    public static Machine here() {
        String architecture = System.getProperty("os.arch");
        var kind = new Kind(
                version(),
                Runtime.version(),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
                fact("/proc/cpuinfo", "model name", architecture),
                Runtime.instructionSet(),
                OpenMpWorkers.portable() ? "java" : "libgomp",
                ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent());
        return new Machine(
                kind,
                java.lang.Runtime.getRuntime().availableProcessors(),
                MemoryBudget.total(),
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " " + architecture);
    }

    /// The version of Thalweg, as Maven wrote it into `version.properties`.
    public static String version() {
        var properties = new Properties();
        try (var in = Machine.class.getResourceAsStream("version.properties")) {
            if (in == null)
                throw new IllegalStateException("version.properties is missing beside " + Machine.class.getName());
            properties.load(in);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return properties.getProperty("version");
    }

    /// The value on the line of `file` that begins with `key`.
    private static String fact(String file, String key, String otherwise) {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(key) && line.contains(":"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(otherwise);
        } catch (IOException e) {
            return otherwise; // not Linux
        }
    }
}
