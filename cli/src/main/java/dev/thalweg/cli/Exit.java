package dev.thalweg.cli;

/// What the process ends with, for scripts.
final class Exit {
    static final int DONE = 0;
    /// Data, a file or the machine would not do.
    static final int FAILED = 1;
    /// The command line is not one.
    static final int USAGE = 2;
    /// Training went wrong; the last good state is kept.
    static final int DIVERGED = 3;
    /// As a shell has it after Ctrl-C.
    static final int STOPPED = 130;

    private Exit() {}
}
