package dev.thalweg.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/// Many names in little memory: one after the other in UTF-8, four bytes more for each.
final class NameTable {
    private byte[] bytes = new byte[1 << 10];
    private int[] ends = new int[1 << 6];
    private int size;

    int size() {
        return size;
    }

    void add(String name) {
        byte[] utf8 = name.getBytes(UTF_8);
        int begin = begin(size);
        int end = Math.addExact(begin, utf8.length);
        if (end > bytes.length) bytes = Arrays.copyOf(bytes, Math.max(end, (int) Math.min(2L * end, 0x7fff_fff0L)));
        if (size == ends.length) ends = Arrays.copyOf(ends, 2 * size);
        System.arraycopy(utf8, 0, bytes, begin, utf8.length);
        ends[size++] = end;
    }

    /// Name `i` without its first `skip` bytes.
    String get(int i, int skip) {
        int begin = begin(i) + skip;
        return new String(bytes, begin, ends[i] - begin, UTF_8);
    }

    /// These names, in another order or only some.
    NameTable pick(int[] indices) {
        var picked = new NameTable();
        picked.ends = new int[indices.length];
        int total = 0;
        for (int i : indices) total += ends[i] - begin(i);
        picked.bytes = new byte[total];
        for (int i : indices) {
            int length = ends[i] - begin(i);
            int at = picked.begin(picked.size);
            System.arraycopy(bytes, begin(i), picked.bytes, at, length);
            picked.ends[picked.size++] = at + length;
        }
        return picked;
    }

    private int begin(int i) {
        return i == 0 ? 0 : ends[i - 1];
    }

    /// Names are ordered as [String]s are: by UTF-16 units, in which characters beyond U+FFFF come before
    /// those from U+E000 on; in UTF-8 they come after.
    int compare(int i, int j) {
        int a = begin(i), b = begin(j);
        int different = Arrays.mismatch(bytes, a, ends[i], bytes, b, ends[j]);
        if (different < 0) return 0;
        if (a + different == ends[i]) return -1;
        if (b + different == ends[j]) return 1;
        return rank(bytes[a + different]) - rank(bytes[b + different]);
    }

    private static int rank(byte utf8) {
        int value = utf8 & 0xff;
        return value >= 0xf0 ? value - 2 : value >= 0xee ? value + 0x20 : value;
    }

    /// All indices, by name; those of one name stay in order.
    int[] sorted() {
        var order = new int[size];
        boolean sorted = true;
        for (int i = 0; i < size; i++) {
            order[i] = i;
            sorted &= i == 0 || compare(i - 1, i) <= 0;
        }
        if (!sorted) sort(order, order.clone(), 0, size);
        return order;
    }

    /// Merges halves; `spare` holds the same.
    private void sort(int[] order, int[] spare, int from, int to) {
        if (to - from < 2) return;
        int middle = (from + to) >>> 1;
        sort(spare, order, from, middle);
        sort(spare, order, middle, to);
        for (int k = from, i = from, j = middle; k < to; k++)
            order[k] = j == to || (i < middle && compare(spare[i], spare[j]) <= 0) ? spare[i++] : spare[j++];
    }
}
