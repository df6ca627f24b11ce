package dev.thalweg.minimize;

/// Where a path bends: numbers of variables, to be taken out by where they meet their bounds, the nearest
/// first. A heap, since most are never taken out.
final class Breakpoints {
    private final int[] heap;
    private final double[] where;
    private int size;

    /// @param where each variable meets its bound; may be written to before variables are added
    Breakpoints(double[] where) {
        this.where = where;
        heap = new int[where.length];
    }

    void clear() {
        size = 0;
    }

    boolean isEmpty() {
        return size == 0;
    }

    void add(int i) {
        int at = size++;
        while (at > 0 && where[i] < where[heap[(at - 1) / 2]]) {
            heap[at] = heap[(at - 1) / 2];
            at = (at - 1) / 2;
        }
        heap[at] = i;
    }

    /// The nearest.
    int first() {
        return heap[0];
    }

    void removeFirst() {
        int last = heap[--size];
        int at = 0;
        while (true) {
            int child = 2 * at + 1;
            if (child >= size) break;
            if (child + 1 < size && where[heap[child + 1]] < where[heap[child]]) child++;
            if (where[last] <= where[heap[child]]) break;
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = last;
    }
}
