package dev.thalweg.train;

/// Where a run's seconds went, over all its processes. What is in no part, such as listeners, is in the
/// total only.
///
/// @param setup measuring the data, compiling the plan, starting the loader
/// @param data waiting for the loader's batches and copying them in
/// @param forward the forward pass and the loss
/// @param backward the backward pass
/// @param update the optimizer and the riders
/// @param recording measuring and writing what the report shows
/// @param evaluation of the validation part after epochs, and of all parts in the end
/// @param checkpoint writing checkpoints and models
/// @param total by the clock, from the trainer's making to its end, without pauses
public record TimeAccount(
        double setup,
        double data,
        double forward,
        double backward,
        double update,
        double recording,
        double evaluation,
        double checkpoint,
        double total) {
    static final TimeAccount NONE = new TimeAccount(0, 0, 0, 0, 0, 0, 0, 0, 0);

    /// Counts nanoseconds while a process runs.
    static final class Clock {
        private final long began = System.nanoTime();
        private TimeAccount before = NONE;
        long setup;
        long data;
        long forward;
        long backward;
        long update;
        long recording;
        long evaluation;
        long checkpoint;
        /// Pauses, which are nobody's.
        long rest;

        /// Counts on from what earlier processes of the run took.
        void goOn(TimeAccount earlier) {
            before = earlier;
        }

        /// Nanoseconds since the clock was made.
        long since() {
            return System.nanoTime() - began;
        }

        TimeAccount now() {
            return new TimeAccount(
                    before.setup + setup * 1e-9,
                    before.data + data * 1e-9,
                    before.forward + forward * 1e-9,
                    before.backward + backward * 1e-9,
                    before.update + update * 1e-9,
                    before.recording + recording * 1e-9,
                    before.evaluation + evaluation * 1e-9,
                    before.checkpoint + checkpoint * 1e-9,
                    before.total + (since() - rest) * 1e-9);
        }
    }
}
