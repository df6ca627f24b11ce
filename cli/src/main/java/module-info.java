import org.jspecify.annotations.NullMarked;

/// The command line over the library.
@NullMarked
module dev.thalweg.cli {
    requires static org.jspecify;
    requires dev.thalweg.core;
    requires dev.thalweg.report;
    requires info.picocli;
    requires java.desktop; // which readers of pictures there are
    requires jdk.unsupported; // signals
    requires tools.jackson.databind;

    opens dev.thalweg.cli to
            info.picocli;
}
