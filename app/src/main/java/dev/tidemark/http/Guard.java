package dev.tidemark.http;

import com.sun.net.httpserver.Headers;
import dev.tidemark.config.Config;
import dev.tidemark.connector.Secret;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what. Two kinds of callers are kept out of a service without a token: other machines, also behind a proxy on this
 * one, and pages of other origins in a browser on this machine, which reaches loopback, too.
 */
final class Guard {

    private static final List<String> OF_PROXIES =
            List.of("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via");
    private static final String BEARER = "bearer ";

    /** With an address instead of a name, no name server can have led a browser here. */
    private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-fA-F:.]+]");

    private final String address;
    private final @Nullable Secret token;

    Guard(Config.Http http) {
        this.address = http.address();
        this.token = http.token();
    }

    /** @param peer the other end of the socket, which no header can pretend to be */
    void check(Access access, InetAddress peer, Headers headers) throws HttpProblem {
        if (access == Access.OPEN) {
            return;
        }
        if (access == Access.CHANGE) {
            refuseOtherOrigins(headers);
        }
        if (token != null) {
            checkToken(token, headers);
            return;
        }
        if (access == Access.CHANGE) {
            refuseOtherMachines(peer, headers);
        }
        if (peer.isLoopbackAddress()) {
            refuseOtherNames(headers);
        }
    }

    private static void checkToken(Secret token, Headers headers) throws HttpProblem {
        String given = headers.getFirst("Authorization");
        if (given == null || !given.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            throw new HttpProblem(
                    401, "this needs the token", "send 'Authorization: Bearer' and the value of http.token");
        }
        byte[] presented = given.substring(BEARER.length()).strip().getBytes(StandardCharsets.UTF_8);
        // Takes the same time wherever the two differ.
        if (!MessageDigest.isEqual(token.reveal().getBytes(StandardCharsets.UTF_8), presented)) {
            throw new HttpProblem(401, "the token is wrong", "send the value of http.token of the running service");
        }
    }

    private static void refuseOtherMachines(InetAddress peer, Headers headers) throws HttpProblem {
        if (!peer.isLoopbackAddress()) {
            throw new HttpProblem(
                    403,
                    "without a token only this machine may change anything, and the request comes from "
                            + peer.getHostAddress(),
                    "set http.token and send it, or ask from the machine (the container) itself");
        }
        for (String header : OF_PROXIES) {
            if (headers.containsKey(header)) {
                throw new HttpProblem(
                        403,
                        "without a token only this machine may change anything, and the request came through a proxy ("
                                + header + ")",
                        "set http.token and send it");
            }
        }
    }

    /** A page that makes a browser send a change names its own origin. */
    private static void refuseOtherOrigins(Headers headers) throws HttpProblem {
        String host = headers.getFirst("Host");
        for (String origin : headers.getOrDefault("Origin", List.of())) {
            if (host == null || !(origin.equals("http://" + host) || origin.equals("https://" + host))) {
                throw new HttpProblem(
                        403, "a page of another origin may not change anything", "use this service's own page");
            }
        }
        String site = headers.getFirst("Sec-Fetch-Site");
        if (site != null && !site.equals("same-origin") && !site.equals("none")) {
            throw new HttpProblem(403, "a page of another site may not change anything", "use this service's own page");
        }
    }

    /** A name that a stranger's name server points at loopback makes a browser take us for the stranger's own site. */
    private void refuseOtherNames(Headers headers) throws HttpProblem {
        String given = headers.getFirst("Host");
        String host = given == null ? "" : given.replaceFirst(":\\d{1,5}$", "").toLowerCase(Locale.ROOT);
        boolean own = host.equals("localhost")
                || host.endsWith(".localhost")
                || host.equals(address.toLowerCase(Locale.ROOT))
                || ADDRESS.matcher(host).matches();
        if (!own) {
            throw new HttpProblem(
                    403,
                    "without a token the service is asked by its address, not as another host",
                    "use 127.0.0.1 or localhost, or set http.token and send it");
        }
    }
}
