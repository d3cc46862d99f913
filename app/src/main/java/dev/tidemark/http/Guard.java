package dev.tidemark.http;

import com.sun.net.httpserver.Headers;
import dev.tidemark.config.Config;
import dev.tidemark.connector.Secret;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Decides which requests are permitted. Rows, the configuration and changes need the token. If no token is set, only a service
 * that listens on loopback permits them, but neither for requests that a proxy forwards nor for pages of other origins in a
 * browser on this machine. Thread-safe.
 * Upholds invariant 8.
 */
final class Guard {

    private static final List<String> OF_PROXIES =
            List.of("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via");
    private static final String BEARER = "bearer ";

    private final Config.Http http;
    private final boolean loopback;
    private final AllowedHosts hosts;

    /** @param bound the address that is listened on: what {@code http.address} means */
    Guard(Config.Http http, InetAddress bound) {
        this.http = http;
        this.loopback = bound.isLoopbackAddress();
        this.hosts = new AllowedHosts(http, loopback);
    }

    /** Returns whether rows and changes are forbidden to all, since other machines can reach the service and it has no token. */
    boolean needsToken() {
        return !loopback && http.token() == null;
    }

    /**
     * Lets a request pass, or throws.
     *
     * @param peer the other end of the socket, which no header can pretend to be
     * @return whether the answer may show what rows hold
     */
    boolean admit(Access access, InetAddress peer, Headers headers) throws HttpProblem {
        hosts.check(headers, access == Access.OPEN);
        boolean local = loopback && peer.isLoopbackAddress() && proxy(headers) == null;
        Secret token = http.token();
        if (access == Access.OPEN) {
            return local || token != null && rejection(token, headers) == null;
        }
        if (access == Access.CHANGE) {
            rejectOtherOrigins(headers);
        }
        HttpProblem rejection = token == null ? rejection(peer, headers) : rejection(token, headers);
        if (rejection != null) {
            throw rejection;
        }
        return true;
    }

    private static @Nullable HttpProblem rejection(Secret token, Headers headers) {
        String given = headers.getFirst("Authorization");
        if (given == null || !given.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            return new HttpProblem(
                    401, "this needs the token", "send 'Authorization: Bearer' and the value of http.token");
        }
        byte[] presented = given.substring(BEARER.length()).strip().getBytes(StandardCharsets.UTF_8);
        // Takes the same time wherever the two differ.
        return MessageDigest.isEqual(token.reveal().getBytes(StandardCharsets.UTF_8), presented)
                ? null
                : new HttpProblem(401, "the token is wrong", "send the value of http.token of the running service");
    }

    /** Returns why a request to a service without a token is forbidden; null if it is permitted. */
    private @Nullable HttpProblem rejection(InetAddress peer, Headers headers) {
        if (!loopback) {
            return new HttpProblem(
                    403,
                    "http.address " + http.address() + " is not loopback and http.token is not set, so rows, the"
                            + " configuration and changes are forbidden",
                    "set http.token (make one with: openssl rand -hex 24) and send it, or set http.address: 127.0.0.1");
        }
        if (!peer.isLoopbackAddress()) {
            return new HttpProblem(
                    403,
                    "without a token this is forbidden to other machines, and the request comes from "
                            + peer.getHostAddress(),
                    "set http.token and send it");
        }
        String proxy = proxy(headers);
        return proxy == null
                ? null
                : new HttpProblem(
                        403,
                        "without a token this is forbidden through a proxy, and the request came through one (" + proxy
                                + ")",
                        "set http.token and send it");
    }

    private static @Nullable String proxy(Headers headers) {
        return OF_PROXIES.stream().filter(headers::containsKey).findFirst().orElse(null);
    }

    /** Rejects changes that pages of other origins send: the browser names the origin of such a page in the headers. */
    private static void rejectOtherOrigins(Headers headers) throws HttpProblem {
        String host = headers.getFirst("Host");
        for (String origin : headers.getOrDefault("Origin", List.of())) {
            if (host == null || !(origin.equals("http://" + host) || origin.equals("https://" + host))) {
                throw new HttpProblem(
                        403, "a page of another origin must not change anything", "use this service's own page");
            }
        }
        String site = headers.getFirst("Sec-Fetch-Site");
        if (site != null && !site.equals("same-origin") && !site.equals("none")) {
            throw new HttpProblem(
                    403, "a page of another site must not change anything", "use this service's own page");
        }
    }
}
