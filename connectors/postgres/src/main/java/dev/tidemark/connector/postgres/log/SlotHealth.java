package dev.tidemark.connector.postgres.log;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.LogRetention;
import dev.tidemark.connector.Loss;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceStatus;
import dev.tidemark.connector.postgres.connection.Database;
import dev.tidemark.connector.postgres.connection.PostgresErrors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Health of the slot, seen from outside the engine: Debezium itself never checks whether the server still keeps its log. */
public final class SlotHealth {

    public static final String RETAINED = "tidemark_slot_retained_bytes";
    public static final String SAFE = "tidemark_slot_safe_bytes";
    public static final String OK = "tidemark_slot_ok";
    static final String BACKUPS = "tidemark_backup_slots";
    static final String BACKUPS_LOST = "tidemark_backup_slots_lost";
    static final String BACKUPS_RETAINED = "tidemark_backup_retained_bytes";

    private final Database database;
    private final String slot;

    public SlotHealth(Database database, String slot) {
        this.database = database;
        this.slot = slot;
    }

    public SourceStatus status() {
        Map<String, Double> gauges = new HashMap<>();
        List<Check> problems = new ArrayList<>();
        try {
            Seen seen = database.look(connection -> {
                backups(KeptSlots.list(connection, slot), gauges);
                ReplicationSlot present = ReplicationSlot.find(connection, slot);
                return new Seen(present, FailoverSlot.waits(connection, present));
            });
            ReplicationSlot found = seen.slot();
            Check check = check(slot, found);
            if (check.outcome() != Check.Outcome.OK) {
                problems.add(check);
            }
            seen.waits().ifPresent(problems::add);
            gauges.put(OK, check.outcome() == Check.Outcome.FAILED ? 0.0 : 1.0);
            if (found != null) {
                gauges.put(RETAINED, (double) found.retainedBytes());
                Long safe = found.safeBytes();
                gauges.put(SAFE, safe == null ? Double.NaN : safe.doubleValue());
            }
        } catch (SourceException e) {
            problems.add(PostgresErrors.check("database", e));
        }
        return new SourceStatus(problems, gauges);
    }

    private record Seen(@Nullable ReplicationSlot slot, Optional<Check> waits) {}

    /** Sets the gauges of the backups. There is a single log: all of them together retain what the oldest one retains. */
    private static void backups(List<LogRetention.Pin> kept, Map<String, Double> gauges) {
        gauges.put(BACKUPS, (double) kept.size());
        gauges.put(BACKUPS_LOST, (double)
                kept.stream().filter(LogRetention.Pin::lost).count());
        gauges.put(
                BACKUPS_RETAINED,
                kept.stream().mapToDouble(LogRetention.Pin::retainedBytes).max().orElse(0));
    }

    /** Checks that the server still keeps what a slot that should exist has not sent yet. */
    public static Check check(String slot, @Nullable ReplicationSlot found) {
        String subject = "slot " + slot;
        if (found == null) {
            return Check.lost(Loss.GAP, subject, "slot " + slot + " does not exist", PostgresErrors.RECOVER);
        }
        if (found.lost()) {
            String why = found.invalidation() == null ? "wal_status is lost" : found.invalidation();
            return Check.lost(
                    Loss.GAP,
                    subject,
                    "slot " + slot + " is lost: the server discarded log that it needs (" + why + ")",
                    PostgresErrors.RECOVER + "; raise max_slot_wal_keep_size");
        }
        if (found.endangered()) {
            return Check.warning(
                    subject,
                    "slot " + slot + " will be lost at the next checkpoint: it holds back " + found.retainedBytes()
                            + " bytes of log",
                    "raise max_slot_wal_keep_size, and see why changes are not taken up");
        }
        return Check.ok(subject, "holds back " + found.retainedBytes() + " bytes of log");
    }
}
