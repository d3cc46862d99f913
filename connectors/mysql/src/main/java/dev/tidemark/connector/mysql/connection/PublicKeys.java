package dev.tidemark.connector.mysql.connection;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The public key of a server, under which a password is sent if the connection is not encrypted. A client that takes it from the connection itself
 * gives the password to any server in between that sends a key of its own. So that is done on loopback only, unless the configuration permits it.
 */
public final class PublicKeys {

    /** The driver's property. */
    public static final String RETRIEVAL = "allowPublicKeyRetrieval";

    /** Hint for a connection to another machine that would need it. */
    public static final String HINT =
            "encrypt the connection: switch on TLS at the server, and set source.mysql.tls: { ca: ... } to verify it;"
                    + " only on a trusted network instead debezium: { database." + RETRIEVAL + ": true }";

    /** Accounts whose passwords are sent under that key. */
    private static final Set<String> PLUGINS = Set.of("caching_sha2_password", "sha256_password");

    private static final Pattern NUMERIC = Pattern.compile("[0-9.]+|\\[?[0-9a-f:.]*:[0-9a-f:.]*]?");

    private PublicKeys() {}

    /** Returns whether an account with that plugin sends its password under a public key. */
    public static boolean areUsedBy(String plugin) {
        return PLUGINS.contains(plugin);
    }

    /** Returns whether the key may be taken from the connection. */
    static boolean mayBeRetrieved(String host, Map<String, String> debezium) {
        return Boolean.parseBoolean(DriverProperties.of(host, debezium).get(RETRIEVAL));
    }

    /**
     * Returns whether a host is this machine by the way it is written. Names are not resolved: what a name means now proves
     * nothing of the next connection.
     */
    public static boolean isLoopback(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        if (!NUMERIC.matcher(name).matches()) {
            return name.equals("localhost") || name.endsWith(".localhost");
        }
        try {
            return InetAddress.getByName(name).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
