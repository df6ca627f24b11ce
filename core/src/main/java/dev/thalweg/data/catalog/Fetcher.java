package dev.thalweg.data.catalog;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.thalweg.data.catalog.CatalogueEntry.Layout;
import dev.thalweg.data.catalog.DownloadListener.Work;
import dev.thalweg.format.DiskSpace;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.http.HttpClient;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/// Brings published data sets here: fetches their files, checks them, and packs what is not readable as it
/// is. One process at a time fetches a data set; others wait for it and find it there.
///
/// A data set lies in the folder `PARENT/NAME`. While it comes, files end in `.part`, and archives that are
/// to be packed lie in `PARENT/NAME/.download`.
public final class Fetcher {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String TUNNELS = "jdk.http.auth.tunneling.disabledSchemes";
    private static final Duration LOCK_LOOK = Duration.ofSeconds(1);

    private final Path parent;
    private final boolean offline;
    private final BooleanSupplier stopped;
    private final DownloadListener listener;
    private final Pause pause;
    private final DiskSpace space;
    private final Proxies proxies;

    /// @param parent the folder for data sets, made if need be
    /// @param offline whether to refuse instead of downloading
    /// @param stopped asked often; once it says yes, fetching ends with [DownloadStopped]
    public Fetcher(Path parent, boolean offline, BooleanSupplier stopped, DownloadListener listener) {
        this(parent, offline, stopped, listener, Pause.REAL, DiskSpace.REAL, Proxies.ofSystem());
    }

    Fetcher(
            Path parent,
            boolean offline,
            BooleanSupplier stopped,
            DownloadListener listener,
            Pause pause,
            DiskSpace space,
            Proxies proxies) {
        this.parent = parent;
        this.offline = offline;
        this.stopped = stopped;
        this.listener = listener;
        this.pause = pause;
        this.space = space;
        this.proxies = proxies;
    }

    /// Whether `THALWEG_OFFLINE` forbids downloads: it is set, and not to 0, false or no.
    public static boolean offlineByEnvironment() {
        String value = System.getenv("THALWEG_OFFLINE");
        return value != null
                && switch (value.strip().toLowerCase(Locale.ROOT)) {
                    case "", "0", "false", "no" -> false;
                    default -> true;
                };
    }

    /// Brings a data set here, unless it is here.
    ///
    /// @return its folder, which [dev.thalweg.data.DataSets] opens
    /// @throws DownloadStopped if asked to stop; fetching again goes on
    /// @throws IOException if it cannot be had; the message says why
    public Path fetch(CatalogueEntry entry) throws IOException {
        Path folder = Catalogue.folder(parent, entry);
        if (Catalogue.isIn(parent, entry)) return folder;
        if (offline)
            throw new IOException("%s is not in %s, and downloads are off (--offline, THALWEG_OFFLINE)"
                    .formatted(entry.name(), parent));
        Files.createDirectories(parent);
        try (var channel = FileChannel.open(parent.resolve("." + entry.name() + ".lock"), CREATE, WRITE);
                var lock = lock(channel, entry)) {
            if (!Catalogue.isIn(parent, entry)) bring(entry, folder);
            return folder;
        }
    }

    private FileLock lock(FileChannel channel, CatalogueEntry entry) throws IOException {
        for (boolean first = true; ; first = false) {
            try {
                var lock = channel.tryLock();
                if (lock != null) return lock;
            } catch (OverlappingFileLockException e) {
                // another thread of this process has it
            }
            if (first) listener.note("Another process is fetching %s; waiting for it …".formatted(entry.name()));
            try {
                pause.of(LOCK_LOOK);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw (InterruptedIOException) new InterruptedIOException("interrupted while waiting").initCause(e);
            }
            if (stopped.getAsBoolean()) throw new DownloadStopped();
        }
    }

    private void bring(CatalogueEntry entry, Path folder) throws IOException {
        boolean packed = entry.layout() != Layout.AS_IS;
        Path downloads = packed ? folder.resolve(".download") : folder;
        long missing = packed ? entry.bytes() : 0;
        for (var file : entry.files()) {
            Path target = downloads.resolve(file.name());
            if (!isThere(file, target)) missing += file.bytes() - Math.min(file.bytes(), sizeOf(Download.part(target)));
        }
        space.require(folder, missing, entry.name());
        Files.createDirectories(downloads);
        try (var client = connect()) {
            var download = new Download(client, pause, PATIENCE, stopped, listener);
            for (var file : entry.files()) {
                Path target = downloads.resolve(file.name());
                if (!isThere(file, target)) download.fetch(file, target);
            }
        }
        if (packed) {
            pack(entry, downloads, folder.resolve(entry.name() + ".tar"));
            delete(downloads);
        }
    }

    private HttpClient connect() {
        // Java would not tell a proxy a password that it is to open a tunnel through, unless this is said
        // before the first client is made.
        if (proxies.haveCredentials() && System.getProperty(TUNNELS) == null) System.setProperty(TUNNELS, "");
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(30))
                .proxy(proxies)
                .authenticator(proxies.credentials())
                .build();
    }

    private void pack(CatalogueEntry entry, Path downloads, Path tar) throws IOException {
        String name = entry.name() + ".tar";
        listener.begins(Work.PACKING, name);
        var first = entry.files().getFirst();
        var archive = new Archive(downloads.resolve(first.name()));
        var placement = switch (entry.layout()) {
            case AS_IS, FOLDERS -> new ClassFolders(entry.classes());
            case FLOWERS102 ->
                ListedPictures.flowers102(
                        downloads.resolve("imagelabels.mat"), downloads.resolve("setid.mat"), entry.classes());
            case PETS -> ListedPictures.pets(new Archive(downloads.resolve("annotations.tar.gz")));
            case FOOD101 -> ListedPictures.food101(archive);
        };
        Packing.pack(archive, placement, tar, bytes -> listener.at(Work.PACKING, name, bytes, first.bytes()), stopped);
    }

    private static boolean isThere(RemoteFile file, Path target) throws IOException {
        return Files.isRegularFile(target) && Files.size(target) == file.bytes();
    }

    private static long sizeOf(Path file) throws IOException {
        return Files.isRegularFile(file) ? Files.size(file) : 0;
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }
}
