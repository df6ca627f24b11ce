package dev.thalweg.data;

/// What a loader has done, and who waited for whom.
///
/// @param threads that prepared batches, at least 1
/// @param images prepared, each view counted
/// @param busySeconds that preparing them took, summed over the threads, by the clock: where
///     threads outnumber free cores this includes the time that they were not running
/// @param batches handed out
/// @param handedOut images in them
/// @param waitedSeconds that callers of [Loader#next] waited
/// @param usedSeconds between a return of [Loader#next] and the next call: what the user did with
///     the batches
public record LoaderStats(
        int threads,
        long images,
        double busySeconds,
        long batches,
        long handedOut,
        double waitedSeconds,
        double usedSeconds) {

    /// Images a second that the loader can prepare, all its threads together.
    public double capacity() {
        return images * threads / busySeconds;
    }

    /// Images a second that the user would take if none had to be waited for.
    public double demand() {
        return handedOut / usedSeconds;
    }

    /// Whether the user waited for more than a tenth of the time.
    public boolean loaderBound() {
        return waitedSeconds > 0.1 * (waitedSeconds + usedSeconds);
    }

    /// The same without `seconds` in which the user rested, with a batch in hand or not.
    public LoaderStats without(double seconds) {
        return new LoaderStats(
                threads, images, busySeconds, batches, handedOut, waitedSeconds, Math.max(0, usedSeconds - seconds));
    }

    /// What has happened since `earlier`.
    public LoaderStats since(LoaderStats earlier) {
        return new LoaderStats(
                threads,
                images - earlier.images,
                busySeconds - earlier.busySeconds,
                batches - earlier.batches,
                handedOut - earlier.handedOut,
                waitedSeconds - earlier.waitedSeconds,
                usedSeconds - earlier.usedSeconds);
    }

    @Override
    public String toString() {
        return "%s: the loader can prepare %,.0f images/s, the step can use %,.0f (waited %.1f s of %.1f s)"
                .formatted(
                        loaderBound() ? "loader-bound" : "compute-bound",
                        capacity(),
                        demand(),
                        waitedSeconds,
                        waitedSeconds + usedSeconds);
    }
}
