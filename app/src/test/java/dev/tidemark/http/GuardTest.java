package dev.tidemark.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.Headers;
import dev.tidemark.config.Config;
import dev.tidemark.connector.Secret;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuardTest {

    private static final String OWN = "127.0.0.1:8085";

    private static Guard guard(@Nullable String token) {
        return new Guard(new Config.Http("127.0.0.1", 8085, token == null ? null : new Secret(token)));
    }

    private static Headers headers(String... namesAndValues) {
        Headers headers = new Headers();
        headers.add("Host", OWN);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.set(namesAndValues[i], namesAndValues[i + 1]);
        }
        return headers;
    }

    private static InetAddress address(String literal) throws Exception {
        return InetAddress.getByName(literal);
    }

    private static HttpProblem refused(@Nullable String token, Access access, String peer, Headers headers)
            throws Exception {
        InetAddress address = address(peer);
        HttpProblem problem =
                catchThrowableOfType(HttpProblem.class, () -> guard(token).check(access, address, headers));
        assertThat(problem).isNotNull();
        assertThat(problem.hint()).isNotEmpty();
        assertThat(String.valueOf(problem.getMessage()) + problem.hint()).doesNotContain("geheim");
        return problem;
    }

    private static void allowed(@Nullable String token, Access access, String peer, Headers headers) throws Exception {
        InetAddress address = address(peer);
        assertThatCode(() -> guard(token).check(access, address, headers)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.7", "10.0.0.1", "2001:db8::1", "fe80::1"})
    void withoutAToken_noOtherMachineChangesAnything(String peer) throws Exception {
        assertThat(refused(null, Access.CHANGE, peer, headers()).status()).isEqualTo(403);
        assertThat(refused(null, Access.CHANGE, peer, headers("X-Forwarded-For", "127.0.0.1"))
                        .status())
                .isEqualTo(403);
        allowed(null, Access.OPEN, peer, headers());
        allowed(null, Access.PRIVATE, peer, headers("Host", "shop.internal:8085")); // reading follows http.address
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"})
    void withoutAToken_thisMachineMay(String peer) throws Exception {
        allowed(null, Access.CHANGE, peer, headers());
        allowed(null, Access.CHANGE, peer, headers("Host", "localhost:8085"));
        allowed(null, Access.CHANGE, peer, headers("Host", "[::1]:8085"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Forwarded", "X-Forwarded-For", "X-Real-IP", "Via", "x-forwarded-host"})
    void withoutAToken_whatAProxyPassesOnIsRefused(String header) throws Exception {
        HttpProblem problem = refused(null, Access.CHANGE, "127.0.0.1", headers(header, "127.0.0.1"));
        assertThat(problem.status()).isEqualTo(403);
        assertThat(problem.hint()).contains("http.token");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"evil.example", "evil.example:8085", "127.0.0.1.evil.example", "localhost.evil.example", ""})
    void anotherHostsName_isRefused_onLoopback(String host) throws Exception {
        assertThat(refused(null, Access.CHANGE, "127.0.0.1", headers("Host", host))
                        .status())
                .isEqualTo(403);
        assertThat(refused(null, Access.PRIVATE, "127.0.0.1", headers("Host", host))
                        .status())
                .isEqualTo(403);
        allowed(null, Access.OPEN, "127.0.0.1", headers("Host", host));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://evil.example",
                "null",
                "https://127.0.0.1",
                "http://127.0.0.1:9999",
                "http://localhost:8085"
            })
    void pageOfAnotherOrigin_isRefused_alsoWithTheToken(String origin) throws Exception {
        assertThat(refused(null, Access.CHANGE, "127.0.0.1", headers("Origin", origin))
                        .status())
                .isEqualTo(403);
        assertThat(refused(
                                "geheim",
                                Access.CHANGE,
                                "127.0.0.1",
                                headers("Origin", origin, "Authorization", "Bearer geheim"))
                        .status())
                .isEqualTo(403);
    }

    @Test
    void ownPage_mayChange() throws Exception {
        allowed(null, Access.CHANGE, "127.0.0.1", headers("Origin", "http://" + OWN, "Sec-Fetch-Site", "same-origin"));
        assertThat(refused(null, Access.CHANGE, "127.0.0.1", headers("Sec-Fetch-Site", "cross-site"))
                        .status())
                .isEqualTo(403);
    }

    @Test
    void token_isNeededFromEverywhere_whereOneIsSet() throws Exception {
        for (String peer : new String[] {"127.0.0.1", "192.0.2.7"}) {
            allowed("geheim", Access.CHANGE, peer, headers("Authorization", "Bearer geheim"));
            allowed("geheim", Access.CHANGE, peer, headers("Authorization", "bearer  geheim ", "Host", "x.example"));
            allowed("geheim", Access.PRIVATE, peer, headers("Authorization", "Bearer geheim"));
            allowed("geheim", Access.OPEN, peer, headers());
            for (String wrong :
                    new String[] {"Bearer geheim2", "Bearer g", "Bearer", "Basic geheim", "geheim", "Bearer "}) {
                assertThat(refused("geheim", Access.CHANGE, peer, headers("Authorization", wrong))
                                .status())
                        .isEqualTo(401);
            }
            assertThat(refused("geheim", Access.CHANGE, peer, headers()).status())
                    .isEqualTo(401);
            assertThat(refused("geheim", Access.PRIVATE, peer, headers()).status())
                    .isEqualTo(401);
        }
    }
}
