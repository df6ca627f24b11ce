package dev.thalweg.data.catalog;

import dev.thalweg.tensor.Quote;
import java.io.IOException;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which proxy an address is fetched through: the one that Java's own properties name (`https.proxyHost` …),
/// else the one of the environment: `https_proxy` or `http_proxy`, by the address's scheme, else `all_proxy`,
/// unless `no_proxy` lists the host. As with other programs the names may be in capitals, save
/// `HTTP_PROXY`, which a web server's client could set.
///
/// A value is `http://host:port`, perhaps with `user:password@`, or `host:port`. `no_proxy` holds hosts
/// separated by commas, each standing for its subdomains too, or `*`.
final class Proxies extends ProxySelector {
    private static final int USUAL_PORT = 80;
    private static final int LARGEST_PORT = 65_535;

    private final Map<String, String> environment;
    private final Map<Object, Object> properties;

    /// @param properties Java's
    Proxies(Map<String, String> environment, Map<Object, Object> properties) {
        this.environment = environment;
        this.properties = properties;
    }

    static Proxies ofSystem() {
        return new Proxies(System.getenv(), System.getProperties());
    }

    @Override
    public List<Proxy> select(URI uri) {
        if (properties.containsKey(uri.getScheme() + ".proxyHost") || properties.containsKey("socksProxyHost"))
            return ProxySelector.getDefault().select(uri);
        var proxy = proxy(uri);
        return List.of(
                proxy == null
                        ? Proxy.NO_PROXY
                        : new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(proxy.getHost(), port(proxy))));
    }

    /// The environment's proxy for `uri`, or null.
    private @Nullable URI proxy(URI uri) {
        String name = uri.getScheme() + "_proxy";
        String value = environment.get(name);
        if (value == null && !name.equals("http_proxy")) value = environment.get(name.toUpperCase(Locale.ROOT));
        if (value == null) value = either("all_proxy");
        if (value == null || value.isBlank() || isExempt(uri)) return null;
        URI proxy;
        try {
            proxy = new URI(value.contains("://") ? value : "http://" + value);
        } catch (URISyntaxException e) {
            throw refused(value);
        }
        if (!"http".equals(proxy.getScheme()) || proxy.getHost() == null || proxy.getPort() > LARGEST_PORT)
            throw refused(value);
        return proxy;
    }

    /// Without the password that may stand in it.
    private static IllegalArgumentException refused(String value) {
        return new IllegalArgumentException("a proxy in the environment must look like http://host:port, got %s"
                .formatted(Quote.of(value.replaceFirst("(?s)^([a-z0-9]+://)?.*@", "$1…@"))));
    }

    private @Nullable String either(String name) {
        String value = environment.get(name);
        return value != null ? value : environment.get(name.toUpperCase(Locale.ROOT));
    }

    private boolean isExempt(URI uri) {
        String list = either("no_proxy");
        if (list == null || uri.getHost() == null) return false;
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        for (String item : list.split(",", -1)) {
            String name = item.strip().toLowerCase(Locale.ROOT);
            if (name.equals("*")) return true;
            if (name.startsWith(".")) name = name.substring(1);
            if (!name.isEmpty()
                    && (host.equals(name) || host.endsWith("." + name) || (host + ":" + uri.getPort()).equals(name)))
                return true;
        }
        return false;
    }

    private static int port(URI proxy) {
        return proxy.getPort() < 0 ? USUAL_PORT : proxy.getPort();
    }

    /// Whether any proxy of the environment comes with a name and password.
    boolean haveCredentials() {
        return environment.entrySet().stream()
                .anyMatch(e -> e.getKey().toLowerCase(Locale.ROOT).endsWith("_proxy")
                        && e.getValue().contains("@"));
    }

    /// Answers a proxy that asks for the name and password that stand in the environment.
    Authenticator credentials() {
        return new Authenticator() {
            @Override
            protected @Nullable PasswordAuthentication getPasswordAuthentication() {
                if (getRequestorType() != RequestorType.PROXY) return null;
                var proxy = proxy(URI.create(getRequestingURL().toString()));
                if (proxy == null || proxy.getUserInfo() == null) return null;
                var parts = proxy.getUserInfo().split(":", 2);
                return new PasswordAuthentication(parts[0], parts.length < 2 ? new char[0] : parts[1].toCharArray());
            }
        };
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException failure) {
        // the exception says it
    }
}
