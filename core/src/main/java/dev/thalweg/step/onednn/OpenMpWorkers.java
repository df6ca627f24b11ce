package dev.thalweg.step.onednn;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.thalweg.tensor.JavaWorkers;
import dev.thalweg.tensor.Workers;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/// The kernels' own threads, lent to Java: jobs run inside libgomp's parallel regions by an upcall
/// (about 0.6 µs), so that the process has one pool of threads and not two that fight for cores.
public final class OpenMpWorkers implements Workers {
    private static final ConcurrentMap<Integer, Workers> POOLS = new ConcurrentHashMap<>();
    private static final boolean PRESENT = Dnnl.OPEN_MP.find("GOMP_parallel").isPresent();

    /// libgomp's functions; loaded only where it is the kernels' runtime.
    private static final class Gomp {
        static final MethodHandle PARALLEL =
                function("GOMP_parallel", FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT));
        static final MethodHandle THREAD_NUMBER =
                function("omp_get_thread_num", FunctionDescriptor.of(JAVA_INT), Linker.Option.critical(false));
        static final MethodHandle SET_THREADS = function("omp_set_num_threads", FunctionDescriptor.ofVoid(JAVA_INT));
        static final MemorySegment ENTRY;

        static {
            try {
                ENTRY = Linker.nativeLinker()
                        .upcallStub(
                                MethodHandles.lookup()
                                        .findStatic(
                                                OpenMpWorkers.class,
                                                "enter",
                                                MethodType.methodType(void.class, long.class)),
                                FunctionDescriptor.ofVoid(JAVA_LONG),
                                Arena.global());
            } catch (ReflectiveOperationException e) {
                throw new AssertionError(e);
            }
        }

        private static MethodHandle function(String name, FunctionDescriptor type, Linker.Option... options) {
            return Linker.nativeLinker().downcallHandle(Dnnl.OPEN_MP.find(name).orElseThrow(), type, options);
        }
    }

    /// The job of the region under way. One plan runs at a time in a process: guarded by `this`
    /// of the caller and handed over by the region's own barriers.
    private static @Nullable Job current;

    private static int currentWorkers;
    private static volatile @Nullable Throwable failure;

    private final int count;

    private OpenMpWorkers(int count) {
        this.count = count;
    }

    /// Workers for the kernels to use as well: libgomp's threads where that is the runtime, else
    /// Java's. `-Dthalweg.pool=java` forces the latter.
    public static Workers of(int count) {
        return POOLS.computeIfAbsent(count, n -> {
            if (n == 1) return Workers.SERIAL;
            return portable() ? new JavaWorkers(n) : new OpenMpWorkers(n);
        });
    }

    /// Whether the threads are Java's own: libgomp is not the kernels' runtime, or was not wanted.
    public static boolean portable() {
        return !PRESENT || "java".equals(System.getProperty("thalweg.pool"));
    }

    /// Sets how many threads the kernels use from here on, where their runtime lets us.
    public static void useThreads(int count) {
        if (!PRESENT) return;
        try {
            Gomp.SET_THREADS.invokeExact(count);
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
    }

    /// What a thread that runs plans has settled with the kernels' threads that serve it.
    private static final class Master {
        final Affinity affinity = new Affinity();
        /// Its helpers, itself included, that are bound to processors; 0 if they are not.
        int bound;

        final Job bind = (worker, workers) -> {
            if (worker > 0) affinity.bindHelper(worker);
        };
        final Job free = (worker, workers) -> {
            if (worker > 0) affinity.freeHelper();
        };
    }

    private static final ThreadLocal<Master> MASTER = ThreadLocal.withInitial(Master::new);

    /// Before a plan runs: the kernels use this many threads from here on. If that is all the processors
    /// there are for the calling thread, it and its helpers are bound to one each until [#leave].
    public static void enter(Workers workers) {
        useThreads(workers.count());
        if (!(workers instanceof OpenMpWorkers own)) return;
        var master = MASTER.get();
        int wanted = master.affinity.read() == own.count ? own.count : 0;
        if (wanted != master.bound) {
            master.bound = wanted;
            own.run(wanted > 0 ? master.bind : master.free);
        }
        if (wanted > 0) master.affinity.bind();
    }

    /// After a plan has run.
    public static void leave(Workers workers) {
        if (workers instanceof OpenMpWorkers) MASTER.get().affinity.restore();
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public void run(Job job) {
        synchronized (OpenMpWorkers.class) {
            current = job;
            currentWorkers = count;
            try {
                Gomp.PARALLEL.invokeExact(Gomp.ENTRY, 0L, count, 0);
            } catch (Throwable t) {
                throw new IllegalStateException(t);
            } finally {
                current = null;
            }
            var thrown = failure;
            if (thrown != null) {
                failure = null;
                throw new IllegalStateException("a worker failed: " + thrown, thrown);
            }
        }
    }

    /// Called by libgomp on each thread of a region. An exception must not leave it: that would end
    /// the JVM.
    @SuppressWarnings("unused")
    private static void enter(long ignored) {
        try {
            var job = current;
            if (job != null) job.run((int) Gomp.THREAD_NUMBER.invokeExact(), currentWorkers);
        } catch (Throwable t) {
            failure = t;
        }
    }

    @Override
    public String toString() {
        return count + " OpenMP threads";
    }
}
