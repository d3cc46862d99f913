package dev.tidemark.http;

import com.sun.net.httpserver.Headers;
import dev.tidemark.config.Config;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Hosts that requests may be addressed to. The owner of a public name can point it at this machine (DNS rebinding); a browser
 * then treats the service as a part of the owner's own site and gives that site the answers. So a name must be one that no third
 * party can own. Thread-safe.
 */
final class AllowedHosts {

    /** An address instead of a name: no name server led a browser here. */
    private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-f:.]+(%[0-9a-z.%_-]+)?]");

    private static final Pattern PORT = Pattern.compile(":\\d{0,5}$");

    /**
     * A name without a dot, or below one of these, is resolved by the local network (compose, Kubernetes, a cloud), not by public
     * DNS.
     */
    private static final Pattern OF_THE_NETWORK =
            Pattern.compile("[a-z0-9_-]+|[a-z0-9_.-]+\\.(svc|cluster\\.local|internal)");

    private final boolean loopback;
    private final Set<String> named = new HashSet<>();
    private volatile @Nullable String machine;

    /** @param loopback whether the service listens on this machine only */
    AllowedHosts(Config.Http http, boolean loopback) {
        this.loopback = loopback;
        named.add("localhost");
        named.add(normalized(http.address()));
        http.hosts().forEach(host -> named.add(normalized(host)));
    }

    /**
     * Checks what a request is addressed to.
     *
     * @param optional whether a request without a Host may pass: no browser sends one, and some health checks do
     */
    void check(Headers headers, boolean optional) throws HttpProblem {
        List<String> hosts = headers.getOrDefault("Host", List.of());
        for (String host : hosts) {
            if (!isAllowed(normalized(host))) {
                throw new HttpProblem(
                        403,
                        "the request is addressed to another host (header Host)",
                        "use the IP address or localhost, or add the name to http.hosts");
            }
        }
        if (hosts.isEmpty() && !optional) {
            throw new HttpProblem(403, "the request has no Host header", "send one, such as 'Host: localhost'");
        }
    }

    private boolean isAllowed(String host) {
        return named.contains(host)
                || host.endsWith(".localhost")
                || ADDRESS.matcher(host).matches()
                || !loopback && (OF_THE_NETWORK.matcher(host).matches() || host.equals(machine()));
    }

    /** Returns the machine's full name. Queried only when a name is not known otherwise, and once: the query may take seconds. */
    private String machine() {
        String known = machine;
        if (known == null) {
            try {
                known = normalized(InetAddress.getLocalHost().getCanonicalHostName());
            } catch (UnknownHostException e) {
                known = "localhost"; // a machine without a name
            }
            machine = known;
        }
        return known;
    }

    private static String normalized(String host) {
        String name = host.strip().toLowerCase(Locale.ROOT);
        boolean bareIpv6 = !name.startsWith("[") && name.indexOf(':') != name.lastIndexOf(':');
        String withoutPort = bareIpv6 ? name : PORT.matcher(name).replaceFirst("");
        return withoutPort.endsWith(".") ? withoutPort.substring(0, withoutPort.length() - 1) : withoutPort;
    }
}
