import org.jspecify.annotations.NullMarked;

/// Trains image classifiers on the JVM. Packages, lowest first; each uses only those above it.
@NullMarked
module dev.thalweg.core {
    requires transitive org.jspecify; // its annotations also tell, while it runs, what a record may leave out
    requires static jdk.incubator.vector;
    requires java.desktop;
    requires java.net.http;
    requires org.slf4j;
    requires org.snakeyaml.engine;
    requires com.fasterxml.jackson.annotation;
    requires tools.jackson.databind;
    requires tools.jackson.dataformat.csv;
    requires org.apache.commons.compress;
    requires dev.hardwood.core;
    requires ejml.core;
    requires ejml.ddense;

    exports dev.thalweg.tensor; // shapes, named views over one flat vector, random numbers, workers
    exports dev.thalweg.optim; // first-order update rules, schedules, groups, clipping
    exports dev.thalweg.minimize; // minimizers of smooth functions in double precision: Newton, BFGS, L-BFGS
    exports dev.thalweg.minimize.problems; // functions with known minima to try them on
    exports dev.thalweg.nn; // layers: shape in, shape out, parameters; networks; initialisation
    exports dev.thalweg.nn.architectures; // the networks that go by a name
    exports dev.thalweg.step; // a network compiled into a static plan of kernels
    exports dev.thalweg.format; // safetensors, models as files
    exports dev.thalweg.picture; // picture files decoded, pictures resized
    exports dev.thalweg.data; // files on disk to batches in memory
    exports dev.thalweg.data.check; // what is wrong with a data set, before it is trained on
    exports dev.thalweg.data.catalog; // published data sets, fetched on request
    exports dev.thalweg.train; // recipes, the trainer, checkpoints, evaluation
    exports dev.thalweg.compare; // update rules compared on the same task

    opens dev.thalweg.train to
            tools.jackson.databind;
    opens dev.thalweg.compare to
            tools.jackson.databind;
    opens dev.thalweg.picture to
            tools.jackson.databind;
    opens dev.thalweg.data to
            tools.jackson.databind;
    opens dev.thalweg.data.check to
            tools.jackson.databind;
    opens dev.thalweg.data.catalog to
            tools.jackson.databind;
    opens dev.thalweg.optim to
            tools.jackson.databind;
    opens dev.thalweg.nn to
            tools.jackson.databind;
}
