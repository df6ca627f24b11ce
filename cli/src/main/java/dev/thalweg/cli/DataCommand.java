package dev.thalweg.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `data …`: what a user does with pictures before training.
@Command(
        name = "data",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        description = "Looks at data, fetches it, converts it.",
        subcommands = {
            DataCheckCommand.class,
            DataShowCommand.class,
            DataGetCommand.class,
            DataConvertCommand.class,
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./thalweg data check photos/    what is wrong with them",
            "  ./thalweg data show photos/     what they look like, as they are and augmented",
            "  ./thalweg data get              what can be fetched",
            "  ./thalweg data get cifar10      then: ./thalweg train cifar10",
            "  ./thalweg data convert photos/ --out photos.safetensors",
        })
final class DataCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli does
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
