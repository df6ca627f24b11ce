package dev.thalweg.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// What an archive lists, on its way to a tree of files. Nothing is ever written where a member's
/// name points to; names only tell classes and parts apart. All the same:
///
/// - a leading `/` and parts `.` are dropped, as tar does;
/// - members with `..` in their names are left out with a note;
/// - of several members of one name the last counts, as when the archive is unpacked;
/// - links, symbolic and hard, stand for the member that they lead to; those that lead to none, to a
///   folder or out of the archive are left out with a note.
final class Members {
    /// Paths that stay as they are: no part of them begins with a point.
    private static final Pattern PLAIN = Pattern.compile("[^./][^/]*+(/[^./][^/]*+)*+");

    private final NameTable names = new NameTable();
    /// Of files; of links −1 − their number among `targets`.
    private long[] places = new long[1 << 6];

    private long[] sizes = new long[1 << 6];
    private final List<String> targets = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final Map<Reason, List<String>> leftOut = new EnumMap<>(Reason.class);

    /// Why a member is left out.
    enum Reason {
        PARENT("member with '..' in its path was", "members with '..' in their paths were"),
        LINK_OUT("link out of the archive was", "links out of the archive were"),
        LINK_NOWHERE("link to no file of the archive was", "links to no files of the archive were"),
        SPARSE("sparse file was", "sparse files were");

        private final String one;
        private final String several;

        Reason(String one, String several) {
            this.one = one;
            this.several = several;
        }
    }

    /// @param place that the archive is told to read the file at
    void file(String name, long size, long place) {
        var path = path(name);
        if (path != null) add(path, size, place);
    }

    private void add(String path, long size, long place) {
        int n = names.size();
        if (n == places.length) {
            places = Arrays.copyOf(places, 2 * n);
            sizes = Arrays.copyOf(sizes, 2 * n);
        }
        names.add(path);
        places[n] = place;
        sizes[n] = size;
    }

    /// @param target a path from the folder that the link lies in
    void symbolicLink(String name, String target) {
        var path = path(name);
        if (path == null) return;
        int slash = path.lastIndexOf('/');
        link(path, target.startsWith("/") ? null : resolve(path.substring(0, slash + 1), target), target);
    }

    /// @param target the name of another member
    void hardLink(String name, String target) {
        var path = path(name);
        if (path != null) link(path, resolve("", target), target);
    }

    /// One that leads out of the archive is left out with what it replaces.
    private void link(String path, @Nullable String to, String target) {
        if (to == null) leaveOut(Reason.LINK_OUT, path + " → " + target);
        targets.add(to == null ? "" : to);
        add(path, 0, -targets.size());
    }

    void note(String sentence) {
        notes.add(sentence);
    }

    void leaveOut(Reason reason, String name) {
        leftOut.computeIfAbsent(reason, r -> new ArrayList<>()).add(name);
    }

    /// A link that leads in a circle leads to no file.
    FileTree tree(String where, PackedFiles.Container container, Runnable onClose) {
        int[] last = lastOfEachName();
        var kept = IntStream.builder();
        for (int i : last) {
            if (places[i] < 0 && !follow(i, last)) continue;
            if (!FileTree.isHidden(names.get(i, 0))) kept.add(i);
        }
        int[] files = kept.build().toArray();
        var packed = new PackedFiles(container, names.pick(files), picked(places, files), picked(sizes, files));
        leftOut.forEach((reason, names) -> notes.add(
                names.size() == 1
                        ? "1 %s left out: %s".formatted(reason.one, names.getFirst())
                        : "%,d %s left out: %s and others".formatted(names.size(), reason.several, names.getFirst())));
        return new FileTree(where, packed, onClose, notes);
    }

    /// Sorted by name.
    private int[] lastOfEachName() {
        int[] order = names.sorted();
        int n = 0;
        for (int k = 0; k < order.length; k++)
            if (k + 1 == order.length || names.compare(order[k], order[k + 1]) != 0) order[n++] = order[k];
        return Arrays.copyOf(order, n);
    }

    /// Gives link `i` the place of the file that it leads to.
    private boolean follow(int i, int[] last) {
        var first = targets.get((int) -(places[i] + 1));
        int at = i;
        for (int hops = 0; hops < 40 && at >= 0 && places[at] < 0; hops++)
            at = find(targets.get((int) -(places[at] + 1)), last);
        if (at >= 0 && places[at] >= 0) {
            sizes[i] = sizes[at];
            places[i] = places[at];
            return true;
        }
        if (!first.isEmpty()) leaveOut(Reason.LINK_NOWHERE, names.get(i, 0) + " → " + first);
        return false;
    }

    /// The index of a name among the sorted, or −1.
    private int find(String name, int[] sorted) {
        int low = 0;
        int high = sorted.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = names.get(sorted[middle], 0).compareTo(name);
            if (order == 0) return sorted[middle];
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }
        return -1;
    }

    private static long[] picked(long[] values, int[] indices) {
        return Arrays.stream(indices).mapToLong(i -> values[i]).toArray();
    }

    private @Nullable String path(String name) {
        if (PLAIN.matcher(name).matches()) return name;
        var parts = new ArrayList<String>();
        for (var part : name.split("/", -1)) {
            if (part.equals("..")) {
                leaveOut(Reason.PARENT, name);
                return null;
            }
            if (!part.isEmpty() && !part.equals(".")) parts.add(part);
        }
        return parts.isEmpty() ? null : String.join("/", parts);
    }

    /// The path from the archive's root of `target`, seen from `folder`; null if it leads out.
    private static @Nullable String resolve(String folder, String target) {
        var parts = new ArrayList<String>();
        for (var part : (folder + target).split("/", -1)) {
            if (part.isEmpty() || part.equals(".")) continue;
            if (!part.equals("..")) parts.add(part);
            else if (parts.isEmpty()) return null;
            else parts.removeLast();
        }
        return String.join("/", parts);
    }
}
