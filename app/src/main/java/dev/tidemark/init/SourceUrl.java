package dev.tidemark.init;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A database as {@code init} is given it: {@code postgres://user@host:port/database}.
 *
 * @param kind {@code postgres} or {@code mysql}
 * @param port its port, -1 for the usual one
 * @param database the database, empty if none is named
 * @param password the password that the URL contains, or null
 */
public record SourceUrl(
        String kind,
        String host,
        int port,
        String database,
        String user,
        @Nullable String password) {

    /**
     * Reads a URL.
     *
     * @throws IllegalArgumentException if it is not one; the message is for people and contains no password
     */
    public static SourceUrl parse(String text) {
        String example = "such as postgres://postgres@127.0.0.1/shop or mysql://root@127.0.0.1/shop";
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("--source is not a URL, " + example
                    + "; write special characters of a user or a database as %XX (a space is %20)");
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        String kind = switch (scheme) {
            case "postgres", "postgresql" -> "postgres";
            case "mysql" -> "mysql";
            default ->
                throw new IllegalArgumentException("--source must begin with postgres:// or mysql://, " + example);
        };
        if (uri.getHost() == null) {
            throw new IllegalArgumentException("--source names no host, " + example);
        }
        String[] login = uri.getRawUserInfo() == null
                ? new String[] {""}
                : uri.getRawUserInfo().split(":", 2);
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        String database = decoded(path.startsWith("/") ? path.substring(1) : path);
        String user = decoded(login[0]);
        if (user.isEmpty()) {
            user = kind.equals("postgres") ? "postgres" : "root";
        }
        if (kind.equals("postgres") && database.isEmpty()) {
            throw new IllegalArgumentException("--source names no database, " + example);
        }
        return new SourceUrl(
                kind, uri.getHost(), uri.getPort(), database, user, login.length > 1 ? decoded(login[1]) : null);
    }

    private static String decoded(String raw) {
        return URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** Shows it without the password. */
    @Override
    public String toString() {
        return kind + "://" + user + "@" + host + (port < 0 ? "" : ":" + port) + "/" + database;
    }
}
