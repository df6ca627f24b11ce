package dev.thalweg.data.catalog;

import dev.thalweg.tensor.Require;
import java.net.URI;
import java.util.List;

/// A file of a published data set.
///
/// @param name of the file here
/// @param bytes its length
/// @param urls where it can be had, tried in this order; all must be http or https
public record RemoteFile(String name, long bytes, Checksum checksum, List<URI> urls) {

    public RemoteFile {
        urls = List.copyOf(urls);
        Require.that(
                name.matches("[A-Za-z0-9][A-Za-z0-9._-]*"),
                "a file's name must be plain and without folders, got '%s'",
                name);
        Require.that(bytes >= 1, "%s: a length of at least 1 byte is needed, got %s", name, bytes);
        Require.that(!urls.isEmpty(), "%s: at least one address is needed", name);
        for (var url : urls)
            Require.that(
                    "https".equals(url.getScheme()) || "http".equals(url.getScheme()),
                    "%s: an address must begin with https:// or http://, got '%s'",
                    name,
                    url);
    }
}
