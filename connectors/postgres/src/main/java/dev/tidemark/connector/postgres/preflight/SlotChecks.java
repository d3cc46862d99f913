package dev.tidemark.connector.postgres.preflight;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.Loss;
import dev.tidemark.connector.SnapshotMode;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.postgres.connection.PostgresErrors;
import dev.tidemark.connector.postgres.log.Lsn;
import dev.tidemark.connector.postgres.log.ReplicationSlot;
import dev.tidemark.connector.postgres.log.ResumeOffsets;
import dev.tidemark.connector.postgres.log.SlotHealth;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Checks that the slot still holds what the stored offset resumes from. */
public final class SlotChecks {

    private final String slot;
    private final SourceSettings settings;

    public SlotChecks(String slot, SourceSettings settings) {
        this.slot = slot;
        this.settings = settings;
    }

    Check run(@Nullable ReplicationSlot found, @Nullable Map<String, ?> storedOffset, boolean running) {
        String subject = "slot " + slot;
        if (found != null) {
            Check usable = usable(subject, found, running);
            if (usable != null) {
                return usable;
            }
        }
        if (storedOffset == null || ResumeOffsets.unfinishedSnapshot(storedOffset)) {
            String left =
                    settings.snapshot() == SnapshotMode.NEVER ? "is used" : "is replaced before the tables are loaded";
            String user = found == null || found.activePid() == null ? "" : ", in use by " + found.holder();
            return Check.ok(subject, found == null ? "will be created" : "exists" + user + "; it " + left);
        }
        Check health = SlotHealth.check(slot, found);
        if (health.outcome() != Check.Outcome.OK || found == null) {
            return health;
        }
        if (running && found.activePid() != null) {
            health = Check.ok(subject, health.message() + "; in use by " + found.holder());
        }
        return running ? health : begunLater(found, storedOffset).orElse(health);
    }

    /** Returns the finding that a slot remains of a pipeline of this name that has, or had, another state directory. */
    public static Check ofAnotherState(ReplicationSlot found, Path state) {
        String name = found.name();
        return Check.failed(
                "state",
                "slot " + name + " exists" + (found.activePid() == null ? "" : ", in use by " + found.holder())
                        + ", and the state directory " + state.toAbsolutePath().normalize()
                        + " was never used: this pipeline has another state directory, or lost it",
                "start it with that directory ('state', or the configuration file alongside it); or start from nothing with"
                        + " 'tidemark run --new', which drops the slot and loads all tables again");
    }

    /** Returns what is lost of the changes after an offset from which an engine resumed that has confirmed nothing. */
    public Optional<Check> lostAfter(@Nullable ReplicationSlot found, Map<String, ?> offset) {
        Check health = SlotHealth.check(slot, found);
        return health.outcome() == Check.Outcome.FAILED || found == null
                ? Optional.of(health)
                : begunLater(found, offset);
    }

    private Optional<Check> begunLater(ReplicationSlot found, Map<String, ?> offset) {
        Long stored = ResumeOffsets.lsn(offset);
        Long confirmed = found.confirmedFlush();
        if (stored == null || confirmed == null || Long.compareUnsigned(confirmed, stored) <= 0) {
            return Optional.empty();
        }
        return Optional.of(Check.lost(
                Loss.GAP,
                "slot " + slot,
                "slot " + slot + " begins at " + Lsn.text(confirmed) + ", which is after the stored position "
                        + Lsn.text(stored)
                        + ": it was recreated or used by something else, and changes in between are gone",
                PostgresErrors.RECOVER));
    }

    /** Returns what is wrong with a slot for any use; {@code null} if nothing is. */
    private @Nullable Check usable(String subject, ReplicationSlot found, boolean running) {
        if (!"pgoutput".equals(found.plugin())) {
            String what = found.plugin() == null ? "a physical slot" : "for the plugin " + found.plugin();
            return Check.failed(
                    subject,
                    "slot " + slot + " is " + what,
                    "configure another 'slot', or drop this one: it must be for pgoutput");
        }
        if (!settings.database().equals(found.database())) {
            return Check.failed(
                    subject,
                    "slot " + slot + " belongs to database " + found.database(),
                    "slot names are shared by all databases of a server: configure another 'slot'");
        }
        if (found.synced()) {
            return Check.held(
                    subject,
                    "slot " + slot
                            + " is a copy that this standby keeps of its primary's: it can be used only after a promotion",
                    "configure host and port of the primary, or promote the standby");
        }
        if (found.activePid() != null && !running) {
            return Check.held(
                    subject,
                    "slot " + slot + " is in use by " + found.holder(),
                    "stop the program that uses it (SELECT * FROM pg_stat_activity WHERE pid = " + found.activePid()
                            + "), or configure another 'slot'");
        }
        return null;
    }
}
