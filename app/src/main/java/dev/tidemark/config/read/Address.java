package dev.tidemark.config.read;

import dev.tidemark.config.yaml.YamlValue;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Address on which something listens. Names are not looked up: a server may be down while its clients start. */
final class Address {

    static final int LAST_PORT = 65_535;

    private static final Pattern HOST = Pattern.compile("[\\p{L}\\p{N}._-]+|\\[?[0-9A-Fa-f:.]*:[0-9A-Fa-f:.%\\w]*]?");
    private static final Pattern NUMERIC = Pattern.compile("[0-9.]+|.*:.*");
    private static final Pattern HOST_AND_PORT = Pattern.compile("[^:]+:[0-9]+");

    private Address() {}

    /** Returns a host name or an IP address, without a port. */
    static Optional<String> host(YamlValue value) {
        Optional<String> host = value.text();
        if (host.isPresent() && HOST_AND_PORT.matcher(host.get()).matches()) {
            return value.invalid("must be a host without a port", "the port has its own key, 'port'");
        }
        if (host.isPresent() && !HOST.matcher(host.get()).matches()) {
            return value.invalid("must be a host name or an IP address", "such as 127.0.0.1 or db.example.com");
        }
        return host;
    }

    /** Returns whether a host is given by its IP address. */
    static boolean isNumeric(String host) {
        return NUMERIC.matcher(host).matches();
    }

    /** Returns the base address of an HTTP server; one trailing slash means the same and is left out. */
    static Optional<URI> http(YamlValue value) {
        Optional<String> text = value.text();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        String example = "such as http://127.0.0.1:8108";
        try {
            URI uri = new URI(text.get().replaceFirst("(?<=[^/])/$", ""));
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            if (!scheme.equals("http") && !scheme.equals("https")) {
                return value.invalid("must begin with http:// or https://", example);
            }
            if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
                return value.invalid("must not hold a user, a query or a fragment", "the key belongs to 'apiKey'");
            }
            if (uri.getHost() == null) {
                String underscore = "Java takes no '_' in the host of a URL: give the host another name";
                boolean hasOne =
                        uri.getRawAuthority() != null && uri.getRawAuthority().contains("_");
                return value.invalid("must name a host", hasOne ? underscore : example);
            }
            if (!uri.getRawPath().isEmpty()) {
                return value.invalid("must not hold a path", example);
            }
            if (uri.getPort() == 0 || uri.getPort() > LAST_PORT) {
                return value.invalid("must have a port from 1 to " + LAST_PORT, example);
            }
            return Optional.of(uri);
        } catch (URISyntaxException e) {
            return value.invalid("must be a URL", example);
        }
    }
}
