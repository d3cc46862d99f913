package dev.tidemark.connector.postgres.log;

import dev.tidemark.connector.BackupTime;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.LogRetention;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.postgres.connection.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Copies of the slot, one for each backup. A slot sends nothing from before the LSN that was confirmed to it last, so going
 * back needs a copy from then, at the cost of the log that it holds back.
 */
public final class KeptSlots implements LogRetention {

    private static final String MARK = "_b";

    private static final String LOAD = "load all tables instead";

    /** Postgres takes no longer names. */
    private static final int LONGEST = 63;

    private final Database database;
    private final SourceSettings settings;
    private final String slot;
    private final String prefix;

    public KeptSlots(Database database, SourceSettings settings, String slot) {
        this.database = database;
        this.settings = settings;
        this.slot = slot;
        this.prefix = prefix(slot);
    }

    private static String prefix(String slot) {
        return slot.substring(0, Math.min(slot.length(), LONGEST - MARK.length() - BackupTime.DIGITS)) + MARK;
    }

    @Override
    public Optional<String> name(BackupTime time) {
        return Optional.of(prefix + time.digits());
    }

    @Override
    public void pin(String name) {
        database.ask(connection -> {
            ReplicationSlot present = ReplicationSlot.find(connection, slot);
            if (present == null || present.lost()) {
                Check wrong = SlotHealth.check(slot, present);
                throw SourceException.fatal(wrong.message(), wrong.hint());
            }
            return copy(connection, slot, name);
        });
    }

    @Override
    public Check checkRetained(Map<String, ?> offset, @Nullable String kept) {
        if (kept == null) {
            return Check.failed("slot", "the backup names no slot that was kept for it", LOAD);
        }
        ReplicationSlot found = find(kept);
        Check health = SlotHealth.check(kept, found);
        Long stored = ResumeOffsets.lsn(offset);
        Long confirmed = found == null ? null : found.confirmedFlush();
        if (health.outcome() != Check.Outcome.FAILED
                && stored != null
                && confirmed != null
                && Long.compareUnsigned(confirmed, stored) > 0) {
            return Check.failed(
                    "slot " + kept,
                    "slot " + kept + " begins at " + Lsn.text(confirmed) + ", which is after the backup's position "
                            + Lsn.text(stored) + ": something else used it",
                    LOAD);
        }
        return health;
    }

    /**
     * Replaces the slot by a copy of the one that was kept. If the process ends between dropping and copying, the slot is missing
     * and a start fails; the next attempt creates it.
     */
    @Override
    public void rewindTo(@Nullable String kept) {
        String from = Objects.requireNonNull(kept, "a Postgres backup keeps a slot");
        database.ask(connection -> {
            ReplicationSlot source = ReplicationSlot.find(connection, from);
            if (source == null || source.lost()) { // checked before the present one is dropped
                Check wrong = SlotHealth.check(from, source);
                throw SourceException.fatal(wrong.message(), wrong.hint());
            }
            ReplicationSlot present = ReplicationSlot.find(connection, slot);
            if (present != null) {
                rejectForeign(present);
                drop(connection, slot);
            }
            return copy(connection, from, slot);
        });
    }

    private void rejectForeign(ReplicationSlot present) {
        if (present.activePid() != null) {
            throw SourceException.retryable(
                    "slot " + slot + " is in use by " + present.holder(),
                    "stop the program that uses it; after a kill the server may need a moment to notice");
        }
        if (!"pgoutput".equals(present.plugin()) || !settings.database().equals(present.database())) {
            throw SourceException.fatal(
                    "slot " + slot + " is not this pipeline's (plugin " + present.plugin() + ", database "
                            + present.database() + ")",
                    "configure another 'slot', or drop this one");
        }
    }

    @Override
    public void release(String name) {
        if (!isKept(name)) {
            throw SourceException.fatal(
                    "slot " + name + " is not one that was kept for a backup of this pipeline",
                    "those are named " + prefix + " and " + BackupTime.DIGITS + " digits");
        }
        database.ask(connection -> {
            if (ReplicationSlot.find(connection, name) != null) {
                drop(connection, name);
            }
            return name;
        });
    }

    private boolean isKept(String name) {
        return pattern(slot).matcher(name).matches();
    }

    private static Pattern pattern(String slot) {
        return Pattern.compile(Pattern.quote(prefix(slot)) + "[0-9]{" + BackupTime.DIGITS + "}");
    }

    @Override
    public List<Pin> pins() {
        return database.ask(connection -> list(connection, slot));
    }

    /** Returns the copies that are kept of a slot, oldest first. */
    static List<Pin> list(Connection connection, String slot) throws SQLException {
        List<String> names = new ArrayList<>();
        // left() and not LIKE, in which the underscores of a slot's name mean more than themselves
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT slot_name FROM pg_replication_slots WHERE left(slot_name, ?) = ? ORDER BY slot_name")) {
            String prefix = prefix(slot);
            statement.setInt(1, prefix.length());
            statement.setString(2, prefix);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    names.add(rows.getString(1));
                }
            }
        }
        Pattern pattern = pattern(slot);
        List<Pin> kept = new ArrayList<>();
        for (String name : names) {
            ReplicationSlot found = pattern.matcher(name).matches() ? ReplicationSlot.find(connection, name) : null;
            if (found != null) {
                kept.add(new Pin(name, found.retainedBytes(), found.lost()));
            }
        }
        return kept;
    }

    private @Nullable ReplicationSlot find(String name) {
        return database.ask(connection -> Optional.ofNullable(ReplicationSlot.find(connection, name)))
                .orElse(null);
    }

    private static String copy(Connection connection, String from, String to) throws SQLException {
        try (PreparedStatement copy = connection.prepareStatement("SELECT pg_copy_logical_replication_slot(?, ?)")) {
            copy.setString(1, from);
            copy.setString(2, to);
            copy.execute();
            return to;
        }
    }

    private static void drop(Connection connection, String name) throws SQLException {
        try (PreparedStatement drop = connection.prepareStatement("SELECT pg_drop_replication_slot(?)")) {
            drop.setString(1, name);
            drop.execute();
        }
    }
}
