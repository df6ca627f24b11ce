package dev.thalweg.cli;

import dev.thalweg.step.Machine;
import picocli.CommandLine.IVersionProvider;

/// What `--version` prints.
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
        return new String[] {"thalweg " + Machine.version()};
    }
}
