package dev.tidemark.connector.postgres.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What shows a provider that no test can run: names of hosts, and settings that only its servers have. */
class ProviderTest {

    @ParameterizedTest
    @CsvSource({
        "shop.cluster-c9akciq32.eu-west-1.rds.amazonaws.com, 5432, RDS, false",
        "shop.proxy-c9akciq32.eu-west-1.rds.amazonaws.com, 5432, RDS, true",
        "shop.c9akciq32.rds.cn-north-1.amazonaws.com.cn, 5432, NONE, false",
        "shop.postgres.database.azure.com, 5432, AZURE, false",
        "shop.postgres.database.azure.com, 6432, AZURE, true",
        "EP-cool-darkness-123456.eu-central-1.aws.Neon.Tech, 5432, NEON, false",
        "ep-cool-darkness-123456-pooler.eu-central-1.aws.neon.tech, 5432, NEON, true",
        "db.abcdefghijklmnop.supabase.co, 5432, SUPABASE, false",
        "db.abcdefghijklmnop.supabase.co, 6543, SUPABASE, true",
        "aws-0-eu-central-1.pooler.supabase.com, 5432, SUPABASE, true",
        "db.internal, 6432, NONE, false",
        "neon.tech.example.com, 5432, NONE, false",
    })
    void host_namesItsProvider_andItsPooler(String host, int port, Provider provider, boolean pooler) {
        assertThat(Provider.ofHost(host)).isEqualTo(provider);
        assertThat(provider.isPooler(host, port)).isEqualTo(pooler);
    }

    @Test
    void whatIsMoreCertain_counts() {
        Set<String> dumped = Set.of("role rds_superuser", "settings azure");
        assertThat(Provider.of(dumped, "db.internal")).isEqualTo(Provider.AZURE);
        assertThat(Provider.of(dumped, "db.abc.supabase.co")).isEqualTo(Provider.SUPABASE);
        assertThat(Provider.of(Set.of("function aurora_version", "settings rds"), "db.internal"))
                .isEqualTo(Provider.AURORA);
        assertThat(Provider.of(Set.of(), "10.0.0.5")).isEqualTo(Provider.NONE);
    }

    @Test
    void directConnectionOfSupabase_thatCannotBeReached_namesIpv6() {
        assertThat(Provider.SUPABASE.awayHint("db.abc.supabase.co")).contains("IPv6", "IPv4 add-on");
        assertThat(Provider.NONE.awayHint("db.internal")).isEmpty();
    }
}
