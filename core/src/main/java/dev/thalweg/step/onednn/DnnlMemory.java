package dev.thalweg.step.onednn;

import static dev.thalweg.step.onednn.Dnnl.ENGINE;
import static dev.thalweg.step.onednn.Dnnl.OUT;
import static dev.thalweg.step.onednn.Dnnl.array;
import static dev.thalweg.step.onednn.Dnnl.check;
import static dev.thalweg.step.onednn.Dnnl.function;
import static dev.thalweg.step.onednn.Dnnl.out;
import static dev.thalweg.step.onednn.Dnnl.unexpected;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// Memory descriptors and memories.
final class DnnlMemory {
    private DnnlMemory() {}

    private static final MethodHandle MD_TAG = function("memory_desc_create_with_tag", "lilii");
    private static final MethodHandle MD_STRIDES = function("memory_desc_create_with_strides", "lilil");
    private static final MethodHandle MD_SUB = function("memory_desc_create_submemory", "llll");
    private static final MethodHandle MD_SIZE = function("memory_desc_get_size", "l", JAVA_LONG);
    private static final MethodHandle MD_EQUAL = function("memory_desc_equal", "ll");
    private static final MethodHandle MD_QUERY = function("memory_desc_query", "lil");
    private static final MethodHandle MD_DESTROY = function("memory_desc_destroy", "l");
    private static final MethodHandle MEMORY = function("memory_create", "llll");
    private static final MethodHandle MEMORY_MOVE = function("memory_set_data_handle", "ll");
    private static final MethodHandle MEMORY_DESTROY = function("memory_destroy", "l");

    static long desc(int type, int tag, long... dims) {
        try {
            check((int) MD_TAG.invokeExact(OUT.address(), dims.length, array(0, dims), type, tag), "memory_desc");
            return out();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static long strided(int type, long[] dims, long[] strides) {
        try {
            check(
                    (int) MD_STRIDES.invokeExact(OUT.address(), dims.length, array(0, dims), type, array(1, strides)),
                    "memory_desc");
            return out();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static long part(long parent, long[] dims, long[] offsets) {
        try {
            check((int) MD_SUB.invokeExact(OUT.address(), parent, array(0, dims), array(1, offsets)), "submemory");
            return out();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static long size(long desc) {
        try {
            return (long) MD_SIZE.invokeExact(desc);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static boolean equal(long a, long b) {
        try {
            return (int) MD_EQUAL.invokeExact(a, b) != 0;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /// The value of an int query about a descriptor.
    static int queryInt(long desc, int what) {
        try {
            check((int) MD_QUERY.invokeExact(desc, what, OUT.address()), "memory_desc_query");
            return OUT.get(JAVA_INT, 0);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /// The array behind a pointer query about a descriptor.
    static long[] queryLongs(long desc, int what, int count) {
        try {
            check((int) MD_QUERY.invokeExact(desc, what, OUT.address()), "memory_desc_query");
            var values = new long[count];
            var array = MemorySegment.ofAddress(out()).reinterpret(count * 8L);
            for (int i = 0; i < count; i++) values[i] = array.getAtIndex(JAVA_LONG, i);
            return values;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static void destroyDesc(long desc) {
        try {
            check((int) MD_DESTROY.invokeExact(desc), "memory_desc_destroy");
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static long memory(long desc, long address) {
        try {
            check((int) MEMORY.invokeExact(OUT.address(), desc, ENGINE, address), "memory_create");
            return out();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /// Points a memory at another address. Does not allocate.
    static void move(long memory, long address) {
        try {
            check((int) MEMORY_MOVE.invokeExact(memory, address), "memory_set_data_handle");
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static void destroyMemory(long memory) {
        try {
            check((int) MEMORY_DESTROY.invokeExact(memory), "memory_destroy");
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }
}
