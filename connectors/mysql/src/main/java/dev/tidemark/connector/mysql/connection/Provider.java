package dev.tidemark.connector.mysql.connection;

import java.util.Locale;
import java.util.Map;

/**
 * The managed service that runs the server, and what is done there in another way than on a server of one's own. Where each
 * statement is documented: docs/operations/providers.md.
 */
public enum Provider {
    AURORA(
            "Amazon Aurora",
            "set %s = %s in the DB cluster parameter group, and reboot the writer",
            "set binlog_format = ROW in the DB cluster parameter group, and reboot the writer; only the writer has a binlog, so"
                    + " configure the endpoint of the cluster"),
    RDS(
            "Amazon RDS",
            "set %s = %s in the DB parameter group of the instance",
            "set a backup retention period of at least one day: automated backups switch the binlog on"),
    CLOUD_SQL(
            "Google Cloud SQL",
            "set the flag %s = %s of the instance",
            "gcloud sql instances patch INSTANCE --enable-bin-log, which restarts the instance; automated backups must be on"),
    AZURE(
            "Azure Database for MySQL",
            "set the server parameter %s = %s",
            "a flexible server always writes a binlog: ask Azure's support"),
    /** A server of one's own, or of a service that is not known. */
    NONE("", "SET PERSIST %s = %s (or the server's parameter group)", "set log_bin in my.cnf, and restart the server");

    /** The largest number of hours that RDS and Aurora take as retention are 168 and 2160. */
    static final String RDS_HOURS = "CALL mysql.rds_set_configuration('binlog retention hours', 168)";

    private static final Map<String, Provider> HOSTS =
            Map.of(".rds.amazonaws.com", RDS, ".rds.amazonaws.com.cn", RDS, ".mysql.database.azure.com", AZURE);

    private final String label;
    private final String set;
    private final String binlog;

    Provider(String label, String set, String binlog) {
        this.label = label;
        this.set = set;
        this.binlog = binlog;
    }

    /** Returns the provider of a server, by its variables or its name. */
    static Provider of(Map<String, String> variables, String host) {
        if (variables.containsKey("aurora_version")) {
            return AURORA;
        }
        if (variables.getOrDefault("basedir", "").contains("/rdsdbbin/")) {
            return RDS;
        }
        String names = (variables.getOrDefault("version", "") + " " + variables.getOrDefault("version_comment", ""))
                .toLowerCase(Locale.ROOT);
        if (names.contains("google")) {
            return CLOUD_SQL;
        }
        if (names.contains("azure")) {
            return AZURE;
        }
        String name = host.toLowerCase(Locale.ROOT);
        return HOSTS.entrySet().stream()
                .filter(known -> name.endsWith(known.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(NONE);
    }

    /** Returns the name for messages; empty if no provider is known. */
    public String label() {
        return label;
    }

    /** Returns how a global variable is set. */
    public String setHint(String name, String value) {
        return set.formatted(name, value);
    }

    /** Returns how the server comes to write a binlog. */
    public String binlogHint() {
        return binlog;
    }

    /** Returns how the server keeps its binlog for longer: a week. */
    public String retentionHint() {
        return isAmazon() ? RDS_HOURS : setHint("binlog_expire_logs_seconds", "604800");
    }

    /** Returns whether the variables say nothing of how long the binlog is kept: a procedure of the provider sets that. */
    boolean isAmazon() {
        return this == RDS || this == AURORA;
    }

    /** Returns whether {@code binlog_expire_logs_seconds = 0} means that a file is removed as soon as nothing reads it. */
    boolean removesAtOnce() {
        return this == AZURE;
    }
}
