package dev.thalweg.data;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    private final Map<String, StoredFile> files = new LinkedHashMap<>();
    private final Map<String, String> links = new LinkedHashMap<>();
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

    void file(String name, long size, StoredFile.Source source) {
        var path = path(name);
        if (path == null) return;
        links.remove(path);
        files.put(path, new StoredFile(path, size, source));
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

    private void link(String path, @Nullable String to, String target) {
        files.remove(path);
        if (to == null) leaveOut(Reason.LINK_OUT, path + " → " + target);
        else links.put(path, to);
    }

    void note(String sentence) {
        notes.add(sentence);
    }

    void leaveOut(Reason reason, String name) {
        leftOut.computeIfAbsent(reason, r -> new ArrayList<>()).add(name);
    }

    /// A link that leads in a circle leads to no file.
    FileTree tree(String where, Runnable onClose) {
        var all = new HashMap<>(files);
        for (var link : links.entrySet()) {
            var to = link.getValue();
            for (int hops = 0; hops < 40 && links.containsKey(to); hops++) to = links.get(to);
            var file = files.get(to);
            if (file != null) all.put(link.getKey(), new StoredFile(link.getKey(), file.size(), file.source()));
            else leaveOut(Reason.LINK_NOWHERE, link.getKey() + " → " + link.getValue());
        }
        leftOut.forEach((reason, names) -> notes.add(
                names.size() == 1
                        ? "1 %s left out: %s".formatted(reason.one, names.getFirst())
                        : "%,d %s left out: %s and others".formatted(names.size(), reason.several, names.getFirst())));
        return new FileTree(where, List.copyOf(all.values()), onClose, notes);
    }

    private @Nullable String path(String name) {
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
