package dev.thalweg.tensor;

/// A fixed set of threads that share out loops. There is one set per process in the fast case (the
/// kernel library's own pool), so that two pools never fight for the same cores.
///
/// The split of work depends on nothing but the number of workers, so results are reproducible.
public interface Workers {

    /// One worker's part of a job. Must not throw, block or start another job.
    @FunctionalInterface
    interface Job {
        /// @param worker 0 ≤ worker < workers
        void run(int worker, int workers);
    }

    /// How many workers take part.
    int count();

    /// Runs `job` once on each worker, the caller being worker 0, and returns when all have
    /// finished. Does not allocate.
    void run(Job job);

    /// Where worker `worker`'s part of 0 … n begins, in whole multiples of `granule`.
    static long begin(long n, long granule, int worker, int workers) {
        long blocks = (n + granule - 1) / granule;
        return Math.min(n, blocks * worker / workers * granule);
    }

    /// The caller alone.
    Workers SERIAL = new Workers() {
        @Override
        public int count() {
            return 1;
        }

        @Override
        public void run(Job job) {
            job.run(0, 1);
        }

        @Override
        public String toString() {
            return "the calling thread";
        }
    };
}
