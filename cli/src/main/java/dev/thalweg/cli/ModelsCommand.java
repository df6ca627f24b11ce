package dev.thalweg.cli;

import dev.thalweg.nn.architectures.Architectures;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `models`: what `--model` may name.
@Command(
        name = "models",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Lists the networks that go by a name, with their sizes for the pictures they were made for; train fits them"
                    + " to yours.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {"  ./thalweg models", "  ./thalweg train photos/ --model mobilenet-v2"})
final class ModelsCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli does
    private CommandSpec spec;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        out.printf("%-15s %10s %11s %13s  %s%n", "model", "input", "parameters", "multiply-adds", "");
        for (String name : Architectures.names()) {
            var input = Architectures.defaultInput(name);
            var network = Architectures.create(name, input, Architectures.defaultClasses(name));
            out.printf(
                    "%-15s %10s %9.2f M %11.1f M  %s%n",
                    name,
                    input,
                    network.parameters().length() / 1e6,
                    network.multiplyAdds() / 1e6,
                    Architectures.summary(name));
        }
        out.flush();
    }
}
