package dev.tidemark.metrics;

import java.util.Map;

/** The HELP texts of the gauges that a connector reads at the database ({@code SourceStatus.gauges}). */
public final class SourceGauges {

    /** Gauge of how much of its log the database holds back for the pipeline. */
    public static final String RETAINED = "tidemark_slot_retained_bytes";

    /** Gauge of how much more it may hold back before it discards the log. */
    public static final String SAFE = "tidemark_slot_safe_bytes";

    private static final Map<String, String> HELP = Map.of(
            RETAINED,
            "Bytes of WAL that Postgres holds back for the replication slot",
            SAFE,
            "Bytes of WAL that may still be written before max_slot_wal_keep_size gives the slot up; NaN without a limit",
            "tidemark_slot_ok",
            "1 while the replication slot exists and still has what the pipeline needs",
            "tidemark_backup_slots",
            "Replication slots that are kept for backups",
            "tidemark_backup_slots_lost",
            "Replication slots of backups that Postgres has invalidated",
            "tidemark_backup_retained_bytes",
            "Bytes of WAL that Postgres holds back for the oldest backup");

    private SourceGauges() {}

    /** Returns the HELP text of a gauge, which is its own. */
    public static String help(String name) {
        return HELP.getOrDefault(
                name, "The database's " + name.replace("tidemark_", "").replace('_', ' '));
    }
}
