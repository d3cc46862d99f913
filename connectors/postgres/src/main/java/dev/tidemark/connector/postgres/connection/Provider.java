package dev.tidemark.connector.postgres.connection;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The managed service that runs the server, and what is done there in another way than on a server of one's own. Where each
 * statement is documented: docs/operations/providers.md.
 */
public enum Provider {
    AURORA(
            "Amazon Aurora",
            "set rds.logical_replication = 1 in the DB cluster parameter group, and reboot the writer",
            "in the DB cluster parameter group, and reboot the writer",
            "GRANT rds_replication TO %s",
            "configure the endpoint of the cluster: RDS Proxy does not let replication through",
            "configure the endpoint of the cluster, which leads to the writer"),
    RDS(
            "Amazon RDS",
            "set rds.logical_replication = 1 in the DB parameter group of the instance, and reboot it",
            "in the DB parameter group of the instance, and reboot it",
            "GRANT rds_replication TO %s",
            "configure the endpoint of the instance: RDS Proxy does not let replication through",
            "configure the endpoint of the primary instance"),
    CLOUD_SQL(
            "Google Cloud SQL",
            "set the flag cloudsql.logical_decoding = on of the instance, which restarts it",
            "by a flag of the instance, which restarts it",
            "ALTER USER %s WITH REPLICATION, as a member of cloudsqlsuperuser",
            "configure the address of the instance, and its port 5432: managed connection pooling listens on another one",
            "configure the address of the primary instance"),
    AZURE(
            "Azure Database for PostgreSQL",
            "set the server parameter wal_level = logical, and restart the server",
            "in the server parameters, and restart the server",
            "ALTER ROLE %s WITH REPLICATION, as the administrator",
            "configure port 5432: the built-in PgBouncer listens on 6432",
            "configure the name of the primary server"),
    NEON(
            "Neon",
            "switch on logical replication in the settings of the project; it cannot be switched off again, and all computes"
                    + " restart",
            "by a request to Neon's support",
            "create the role in Neon's console, CLI or API, which gives it REPLICATION; or ALTER ROLE %s REPLICATION",
            "configure the direct host, whose name has no '-pooler'",
            "configure the host of the primary compute, not that of a read replica"),
    SUPABASE(
            "Supabase",
            "set wal_level = logical, which is the default of a project, and restart the project",
            "with 'supabase postgres-config update', and restart the project",
            "ALTER ROLE %s REPLICATION, as user postgres",
            "configure the direct connection: host db.PROJECT.supabase.co, port 5432, user postgres without the project's name."
                    + " It has an IPv6 address only, unless the project has the IPv4 add-on. Neither mode of the pooler lets replication through",
            "configure the direct connection of the primary"),
    /** A server of one's own, or of a service that is not known. */
    NONE(
            "",
            "set wal_level = logical in postgresql.conf, and restart the server",
            "and restart the server",
            "ALTER ROLE %s REPLICATION",
            "configure host and port of the server itself: PgBouncer and such usually listen on another port (6432)",
            "configure host and port of the primary");

    /** Ends of host names, and what is in front of the first dot of a pooler's. */
    private static final Map<String, Provider> HOSTS = Map.of(
            ".rds.amazonaws.com", RDS,
            ".rds.amazonaws.com.cn", RDS,
            ".postgres.database.azure.com", AZURE,
            ".neon.tech", NEON,
            ".supabase.co", SUPABASE,
            ".supabase.com", SUPABASE);

    /** The beginning of a provider's own settings says more than a role, which a dump takes to other servers. */
    private static final Map<String, Provider> SETTINGS =
            Map.of("rds", RDS, "cloudsql", CLOUD_SQL, "azure", AZURE, "neon", NEON);

    private static final Map<String, Provider> ROLES = Map.of(
            "rds_superuser", RDS,
            "cloudsqlsuperuser", CLOUD_SQL,
            "azure_pg_admin", AZURE,
            "neon_superuser", NEON,
            "supabase_admin", SUPABASE);

    private static final String EVIDENCE = """
            SELECT 'function aurora_version' WHERE to_regproc('aurora_version') IS NOT NULL
            UNION SELECT 'settings ' || split_part(name, '.', 1) FROM pg_catalog.pg_settings
              WHERE split_part(name, '.', 1) IN ('rds', 'cloudsql', 'azure', 'neon')
            UNION SELECT 'role ' || rolname FROM pg_catalog.pg_roles
              WHERE rolname IN ('rds_superuser', 'cloudsqlsuperuser', 'azure_pg_admin', 'neon_superuser', 'supabase_admin')
            """;

    private final String label;
    private final String logical;
    private final String where;
    private final String grant;
    private final String direct;
    private final String primary;

    Provider(String label, String logical, String where, String grant, String direct, String primary) {
        this.label = label;
        this.logical = logical;
        this.where = where;
        this.grant = grant;
        this.direct = direct;
        this.primary = primary;
    }

    /** Returns the provider of a server, by its name, its settings or its roles. */
    public static Provider of(Connection connection, String host) throws SQLException {
        Set<String> evidence = new HashSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(EVIDENCE)) {
            while (rows.next()) {
                evidence.add(rows.getString(1));
            }
        }
        return of(evidence, host);
    }

    /** @param evidence such as {@code settings rds} and {@code role rds_superuser} */
    static Provider of(Set<String> evidence, String host) {
        if (evidence.contains("function aurora_version")) {
            return AURORA;
        }
        Provider named = ofHost(host);
        if (named != NONE) {
            return named;
        }
        for (var kind : List.of(Map.entry("settings ", SETTINGS), Map.entry("role ", ROLES))) {
            for (var known : kind.getValue().entrySet()) {
                if (evidence.contains(kind.getKey() + known.getKey())) {
                    return known.getValue();
                }
            }
        }
        return NONE;
    }

    /** Returns the provider that a host's name belongs to. */
    public static Provider ofHost(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return HOSTS.entrySet().stream()
                .filter(known -> name.endsWith(known.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(NONE);
    }

    /** Returns whether a host and port are those of the provider's own pooler, which never lets replication through. */
    public boolean isPooler(String host, int port) {
        String name = host.toLowerCase(Locale.ROOT);
        return switch (this) {
            case NEON -> name.split("\\.", 2)[0].endsWith("-pooler");
            case SUPABASE -> name.contains(".pooler.") || port == 6543;
            case AZURE -> port == 6432;
            case RDS, AURORA -> name.contains(".proxy-");
            case CLOUD_SQL, NONE -> false;
        };
    }

    /** Returns whether a proxy of the provider stands before every connection, also before those that replicate. */
    boolean alwaysProxies() {
        return this == NEON;
    }

    /** Returns the name for messages; empty if no provider is known. */
    public String label() {
        return label;
    }

    /** Returns what the operator has to know of a slot there although nothing is wrong; may be empty. */
    public String note() {
        return switch (this) {
            case NEON ->
                "a slot that is not read for about 40 hours is removed, and a compute does not scale to zero while Tidemark runs";
            case SUPABASE -> "the direct connection needs IPv6, or the IPv4 add-on";
            case CLOUD_SQL, AZURE, AURORA, RDS, NONE -> "";
        };
    }

    /** Returns how {@code wal_level} becomes {@code logical}. */
    public String logicalHint() {
        return logical;
    }

    /** Returns how a setting of the server is raised. */
    public String raiseHint(String setting) {
        return "raise " + setting + " " + where;
    }

    /** Returns how a user may replicate. */
    public String grantHint(String user) {
        return grant.formatted(Database.quoted(user));
    }

    /** Returns how the server itself is reached, past a pooler. */
    public String directHint() {
        return direct;
    }

    /** Returns how the primary is reached. */
    public String primaryHint() {
        return primary;
    }

    /** Returns what more to check if a host cannot be reached; may be empty. */
    String awayHint(String host) {
        return this == SUPABASE && host.startsWith("db.")
                ? ". The direct connection of Supabase has an IPv6 address only: give this machine IPv6, or the project the IPv4 add-on"
                : "";
    }
}
