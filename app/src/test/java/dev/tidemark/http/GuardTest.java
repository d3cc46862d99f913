package dev.tidemark.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.Headers;
import dev.tidemark.config.Config;
import dev.tidemark.connector.Secret;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GuardTest {

    private static final String OWN = "127.0.0.1:8085";
    private static final String TOKEN = "geheim-geheim-geheim";
    private static final String[] WITH_TOKEN = {"Authorization", "Bearer " + TOKEN};

    private static Guard guard(@Nullable String token, String bound) throws Exception {
        Secret secret = token == null ? null : new Secret(token);
        Config.Http http = new Config.Http(bound, 8085, secret, null, List.of("Shop.Example.com"));
        return new Guard(http, address(bound));
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

    private static HttpProblem rejected(Guard guard, Access access, String peer, Headers headers) throws Exception {
        InetAddress address = address(peer);
        HttpProblem problem = catchThrowableOfType(HttpProblem.class, () -> guard.admit(access, address, headers));
        assertThat(problem).isNotNull();
        assertThat(problem.hint()).isNotEmpty();
        assertThat(String.valueOf(problem.getMessage()) + problem.hint()).doesNotContain("geheim");
        return problem;
    }

    private static boolean allowed(Guard guard, Access access, String peer, Headers headers) throws Exception {
        return guard.admit(access, address(peer), headers);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1", "2001:db8::1"})
    void withoutAToken_aServiceThatOthersReach_showsAndDoesNothing_alsoForThisMachine(String bound) throws Exception {
        Guard guard = guard(null, bound);
        for (String peer : List.of("192.0.2.7", "127.0.0.1", "::1")) {
            for (Access access : List.of(Access.PRIVATE, Access.CHANGE)) {
                HttpProblem problem = rejected(guard, access, peer, headers());
                assertThat(problem.status()).isEqualTo(403);
                assertThat(problem).hasMessageContaining("http.address").hasMessageContaining("http.token");
                assertThat(problem.hint()).contains("openssl rand");
            }
            assertThat(allowed(guard, Access.OPEN, peer, headers())).isFalse();
        }
        assertThat(guard.needsToken()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"})
    void withoutAToken_onLoopback_thisMachineMay(String peer) throws Exception {
        Guard guard = guard(null, "127.0.0.1");
        for (Access access : Access.values()) {
            assertThat(allowed(guard, access, peer, headers())).isTrue();
            assertThat(allowed(guard, access, peer, headers("Host", "localhost:8085")))
                    .isTrue();
            assertThat(allowed(guard, access, peer, headers("Host", "[::1]:8085")))
                    .isTrue();
        }
        assertThat(guard.needsToken()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Forwarded", "X-Forwarded-For", "X-Real-IP", "Via", "x-forwarded-host"})
    void withoutAToken_whatAProxyPassesOnIsRefused(String header) throws Exception {
        Guard guard = guard(null, "127.0.0.1");
        for (Access access : List.of(Access.PRIVATE, Access.CHANGE)) {
            HttpProblem problem = rejected(guard, access, "127.0.0.1", headers(header, "127.0.0.1"));
            assertThat(problem.status()).isEqualTo(403);
            assertThat(problem.hint()).contains("http.token");
        }
        assertThat(allowed(guard, Access.OPEN, "127.0.0.1", headers(header, "127.0.0.1")))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:8085",
                "evil.example.",
                "127.0.0.1.evil.example",
                "localhost.evil.example",
                "svc.evil.example",
                "x.svc.evil.example",
                "svc",
                "evil.svc.",
                "127.0.0.1:8085@evil.example",
                "[evil.example]",
                "shop.example.com.evil.example",
                ""
            })
    void anotherHostsName_isRefusedOnEveryRoute_fromEveryPeer_alsoWithTheToken(String host) throws Exception {
        for (Access access : Access.values()) {
            String[] with = {"Host", host, "Authorization", "Bearer " + TOKEN};
            assertThat(rejected(guard(null, "127.0.0.1"), access, "127.0.0.1", headers("Host", host))
                            .status())
                    .isEqualTo(403);
            assertThat(rejected(guard(TOKEN, "127.0.0.1"), access, "127.0.0.1", headers(with))
                            .status())
                    .isEqualTo(403);
            if (host.contains("evil.example") || host.isEmpty()) {
                assertThat(rejected(guard(TOKEN, "0.0.0.0"), access, "192.0.2.7", headers(with))
                                .status())
                        .isEqualTo(403);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tidemark:8085",
                "tidemark-shop.default.svc",
                "tidemark-shop.default.svc.cluster.local:8085",
                "ip-10-0-0-7.ec2.internal:8085",
                "10.42.0.7:8085",
                "[fd00::7]:8085",
                "shop.example.com",
                "SHOP.example.com.:443"
            })
    void probesAndPrometheus_areAnswered_underNamesOfTheNetwork(String host) throws Exception {
        Guard guard = guard(TOKEN, "0.0.0.0");
        assertThat(allowed(guard, Access.OPEN, "10.42.0.1", headers("Host", host)))
                .isFalse();
        assertThat(allowed(
                        guard, Access.PRIVATE, "10.42.0.1", headers("Host", host, "Authorization", "Bearer " + TOKEN)))
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource(Access.class)
    void aRequestWithoutAHost_isAHealthCheck_andNothingElse(Access access) throws Exception {
        Guard guard = guard(TOKEN, "0.0.0.0");
        Headers none = headers(WITH_TOKEN);
        none.remove("Host");
        if (access == Access.OPEN) {
            assertThat(allowed(guard, access, "192.0.2.7", none)).isTrue();
        } else {
            assertThat(rejected(guard, access, "192.0.2.7", none).status()).isEqualTo(403);
        }
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
        assertThat(rejected(guard(null, "127.0.0.1"), Access.CHANGE, "127.0.0.1", headers("Origin", origin))
                        .status())
                .isEqualTo(403);
        assertThat(rejected(
                                guard(TOKEN, "0.0.0.0"),
                                Access.CHANGE,
                                "127.0.0.1",
                                headers("Origin", origin, "Authorization", "Bearer " + TOKEN))
                        .status())
                .isEqualTo(403);
    }

    @Test
    void ownPage_mayChange() throws Exception {
        Guard guard = guard(null, "127.0.0.1");
        assertThat(allowed(
                        guard,
                        Access.CHANGE,
                        "127.0.0.1",
                        headers("Origin", "http://" + OWN, "Sec-Fetch-Site", "same-origin")))
                .isTrue();
        assertThat(rejected(guard, Access.CHANGE, "127.0.0.1", headers("Sec-Fetch-Site", "cross-site"))
                        .status())
                .isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "0.0.0.0"})
    void token_isNeededFromEverywhere_whereOneIsSet(String bound) throws Exception {
        Guard guard = guard(TOKEN, bound);
        for (String peer : new String[] {"127.0.0.1", "192.0.2.7"}) {
            for (Access access : Access.values()) {
                assertThat(allowed(guard, access, peer, headers(WITH_TOKEN))).isTrue();
                assertThat(allowed(guard, access, peer, headers("Authorization", "bearer  " + TOKEN + " ")))
                        .isTrue();
            }
            allowed(guard, Access.OPEN, peer, headers());
            for (String wrong : new String[] {
                "Bearer " + TOKEN + "2",
                "Bearer g",
                "Bearer",
                "Basic " + TOKEN,
                TOKEN,
                "Bearer ",
                "Bearer " + "x".repeat(100_000)
            }) {
                for (Access access : List.of(Access.PRIVATE, Access.CHANGE)) {
                    assertThat(rejected(guard, access, peer, headers("Authorization", wrong))
                                    .status())
                            .isEqualTo(401);
                }
                assertThat(allowed(guard, Access.OPEN, "192.0.2.7", headers("Authorization", wrong)))
                        .isFalse();
            }
            assertThat(rejected(guard, Access.CHANGE, peer, headers()).status()).isEqualTo(401);
            assertThat(rejected(guard, Access.PRIVATE, peer, headers()).status())
                    .isEqualTo(401);
        }
    }
}
