package dev.thalweg.cli;

import dev.thalweg.nn.Layers;
import dev.thalweg.nn.Network;
import dev.thalweg.nn.architectures.Architectures;
import dev.thalweg.step.Machine;
import dev.thalweg.step.MachineSpeed;
import dev.thalweg.step.NativeFiles;
import dev.thalweg.step.Precision;
import dev.thalweg.tensor.CacheFolder;
import dev.thalweg.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/// Looks at everything, in an order that a reader can follow: Java, kernels, speed, the system, the user's own
/// surroundings. What goes wrong in a look is a finding, never an end.
final class Doctor {
    private static final int EDGE = 1024;
    private static final long COPIED = 128L << 20;
    private static final MachineSpeed.Timing TIMING = new MachineSpeed.Timing(0.1, 0.15, 2);

    private final List<Check> checks = new ArrayList<>();
    private final Consumer<Check> show;
    private boolean kernels;
    private double fp32;

    /// @param show sees each finding as soon as it is there
    Doctor(Consumer<Check> show) {
        this.show = show;
    }

    List<Check> examine() {
        look("java", JavaChecks::version);
        look("vectors", JavaChecks::vectors);
        // Before anything here keeps the processors busy.
        look("load", SystemChecks::load);
        if (look("natives", this::natives)) look("kernels", this::kernels);
        if (kernels) {
            look("fp32", this::fp32);
            look("bf16", this::bf16);
            look("copying", Doctor::copying);
            look("auto", Doctor::auto);
            look("threads", SystemChecks::threads);
        }
        look("limits", SystemChecks::limits);
        look("memory", SystemChecks::memory);
        look("files", SystemChecks::files);
        look("folder", () -> SystemChecks.folder("folder", Path.of("").toAbsolutePath(), "results are written here"));
        look(
                "runs",
                () -> SystemChecks.folder("runs", Path.of("runs").toAbsolutePath(), "choose another place with --out"));
        look(
                "cache",
                () -> SystemChecks.folder(
                        "cache",
                        CacheFolder.path().toAbsolutePath(),
                        "choose another place with -Dthalweg.cache=FOLDER in THALWEG_JAVA_OPTS"));
        look("pictures", JavaChecks::pictures);
        look("environment", () -> EnvironmentChecks.variables(System.getenv()));
        look("names", EnvironmentChecks::fileNames);
        look("terminal", EnvironmentChecks::terminal);
        return checks;
    }

    private interface Look {
        Check now() throws Exception;
    }

    /// @return whether it works
    private boolean look(String name, Look look) {
        Check check;
        try {
            check = look.now();
        } catch (Exception | LinkageError e) {
            check = Check.fail(name, why(e), "");
        }
        checks.add(check);
        show.accept(check);
        return check.level() != Check.Level.FAIL;
    }

    /// The innermost reason, since class loading wraps it more than once.
    private static String why(Throwable e) {
        Throwable inner = e;
        while (inner.getCause() != null) inner = inner.getCause();
        return Failures.sentence(inner);
    }

    private Check natives() throws IOException {
        List<NativeFiles.File> files;
        try {
            files = NativeFiles.look();
        } catch (IllegalStateException | java.io.UncheckedIOException e) {
            return Check.fail(
                    "natives",
                    why(e),
                    "the cache folder must be writable; -Dthalweg.cache=FOLDER in THALWEG_JAVA_OPTS names another");
        }
        var names = new ArrayList<String>();
        Path folder = Path.of("");
        for (var file : files) {
            names.add(String.valueOf(file.path().getFileName()));
            folder = file.path().toAbsolutePath().getParent();
            if (!file.intact())
                return Check.fail(
                        "natives",
                        file.path() + " has not the content that it was unpacked with",
                        "delete it, and it is unpacked anew");
            if (!Files.isReadable(file.path()))
                return Check.fail("natives", file.path() + " cannot be read", "give yourself the permission");
        }
        return Check.ok("natives", "%s in %s, checksums right".formatted(String.join(", ", names), folder));
    }

    private Check kernels() {
        Machine machine;
        try {
            machine = Machine.here();
        } catch (LinkageError | RuntimeException e) {
            return Check.fail(
                    "kernels",
                    "cannot be loaded: " + why(e),
                    "a folder that is mounted noexec cannot hold them: -Dthalweg.cache=FOLDER in THALWEG_JAVA_OPTS");
        }
        kernels = true;
        var kind = machine.kind();
        String text = "%s with %s on %s".formatted(kind.kernels(), kind.instructionSet(), kind.processor());
        boolean wide = kind.instructionSet().startsWith("AVX512")
                || !System.getProperty("os.arch").matches("amd64|x86_64");
        return Check.of(
                "kernels",
                text,
                wide ? "" : "the processor has no AVX-512: everything works, at half the rate or less");
    }

    private static double measured(Precision precision) {
        var product = Network.build(
                "product", Shape.of(EDGE), x -> x.then(Layers.linear(EDGE).withoutBias()));
        return MachineSpeed.products(product, EDGE, precision, processors(), TIMING);
    }

    private static int processors() {
        return Runtime.getRuntime().availableProcessors();
    }

    private Check fp32() {
        fp32 = measured(Precision.FP32);
        return Check.ok("fp32", rate(fp32));
    }

    private Check bf16() {
        // A large network gets it wherever it is to be had.
        if (Precision.AUTO.resolve(large()) != Precision.BF16)
            return Check.ok("bf16", "the processor does not multiply it; fp32 is used");
        double bf16 = measured(Precision.BF16);
        return Check.of(
                "bf16",
                rate(bf16),
                bf16 < fp32 ? "slower than fp32 just now; should that stay so, train with --precision fp32" : "");
    }

    private static String rate(double gigaflops) {
        return "%,.0f GFLOP/s in products of matrices, with %s"
                .formatted(gigaflops, Text.counted(processors(), "thread"));
    }

    private static Network large() {
        return Architectures.create("resnet18", Shape.of(3, 224, 224), 1000);
    }

    private static Check auto() {
        var small = Architectures.create("lenet5", Shape.of(1, 28, 28), 10);
        return Check.ok(
                "auto",
                "--precision auto is %s for a small network (lenet5), %s for a large one (resnet18)"
                        .formatted(name(small), name(large())));
    }

    private static String name(Network network) {
        return Precision.AUTO.resolve(network).name().toLowerCase(Locale.ROOT);
    }

    private static Check copying() {
        return Check.ok(
                "copying",
                "%.1f GB/s read and written, from memory to memory"
                        .formatted(MachineSpeed.copies(COPIED, processors(), TIMING)));
    }
}
