import org.jspecify.annotations.NullMarked;

/// What a run looks like: a page for it, the same page while it trains, records for other programs.
@NullMarked
module dev.thalweg.report {
    requires static org.jspecify;
    requires transitive dev.thalweg.core;
    requires transitive tools.jackson.databind;
    requires com.fasterxml.jackson.annotation;
    requires java.desktop; // PNG
    requires java.net.http;
    requires jdk.httpserver;

    exports dev.thalweg.report; // the page of a run, and of several
    exports dev.thalweg.report.live; // the page while it trains
    exports dev.thalweg.report.mlflow; // a tracking server's record
    exports dev.thalweg.report.tensorboard; // event files

    opens dev.thalweg.report to
            tools.jackson.databind;
    opens dev.thalweg.report.live to
            tools.jackson.databind;
    opens dev.thalweg.report.mlflow to
            tools.jackson.databind;
}
