package dev.tidemark.metrics;

import dev.tidemark.health.PipelineStatus.Collection;
import dev.tidemark.health.PipelineStatus.LogRetention;
import dev.tidemark.health.PipelineStatus.Warning;
import dev.tidemark.health.Resyncing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds what needs attention although the pipeline is ready. Figures only: no warning quotes a row. */
public final class Warnings {

    private static final double MAX_LAG_SECONDS = 60; // metrics.md: look closer
    private static final double SOON_SECONDS = Duration.ofHours(24).toSeconds();
    /** Bytes that are held back in normal operation, at any rate. */
    private static final long NORMAL_BYTES = 256L << 20;

    private static final long MUCH_BYTES = 10L << 30;

    private Warnings() {}

    /** Returns the warnings, the most urgent first. */
    public static List<Warning> of(
            @Nullable Resyncing resync, List<Collection> collections, double lagSeconds, @Nullable LogRetention log) {
        List<Warning> all = new ArrayList<>();
        if (resync != null) {
            all.add(
                    new Warning(
                            "resync",
                            "changes were lost (" + resync.reason() + "), found at " + resync.since()
                                    + ": all tables are loaded again from a new position"
                                    + (resync.tables() < 0 ? "" : ", " + resync.tables() + " of them have not ended"),
                            "Nothing has to be done. The log of the service names what was lost; see 'Resync' in the runbook."));
        }
        log(log, all);
        deadLetters(collections, all);
        if (lagSeconds > MAX_LAG_SECONDS) {
            all.add(new Warning(
                    "lag",
                    "Typesense is " + Figures.duration(lagSeconds) + " behind the database",
                    "If nothing else is reported, the database changes faster than Typesense writes: see the queue, and Typesense's"
                            + " processor and disk."));
        }
        return all;
    }

    private static void deadLetters(List<Collection> collections, List<Warning> all) {
        long pending = 0;
        long rejected = 0;
        long written = 0;
        for (Collection each : Collection.eachOnce(collections)) {
            pending += each.deadLetters();
            rejected += each.rejected();
            written += each.upserted() + each.updated();
        }
        if (pending == 0) {
            return;
        }
        // A share only if it describes these entries: after a restart they are older than the counters.
        String share = rejected >= pending && written + rejected > 0
                ? String.format(Locale.ROOT, " of %,d", written + rejected)
                : "";
        all.add(
                new Warning(
                        "dead_letters",
                        String.format(
                                Locale.ROOT,
                                "%,d%s %s rejected: what Typesense has of %s is out of date or missing",
                                pending,
                                share,
                                pending == 1 && share.isEmpty() ? "document is" : "documents are",
                                pending == 1 ? "it" : "them"),
                        "See the reasons under 'Dead letters' (or tidemark dead-letters list), correct the rows or the mapping, then replay them."));
    }

    private static void log(@Nullable LogRetention log, List<Warning> all) {
        if (log == null) {
            return;
        }
        boolean soon = log.secondsLeft() >= 0 && log.secondsLeft() < SOON_SECONDS && log.retainedBytes() > NORMAL_BYTES;
        boolean nearLimit = log.leftBytes() >= 0 && log.leftBytes() < log.retainedBytes() / 4;
        if (!soon && !nearLimit && log.retainedBytes() < MUCH_BYTES) {
            return;
        }
        String growth = log.bytesPerSecond() > 0
                ? ", growing by " + Figures.bytes((long) log.bytesPerSecond()) + " a second"
                : "";
        String limit = log.leftBytes() < 0
                ? ". max_slot_wal_keep_size sets no limit, so it can grow until the database's disk is full"
                : ". max_slot_wal_keep_size is reached in another " + Figures.bytes(log.leftBytes())
                        + (log.secondsLeft() < 0 ? "" : ", in about " + Figures.duration(log.secondsLeft()))
                        + "; the slot is lost then";
        all.add(
                new Warning(
                        "log",
                        "the database holds back " + Figures.bytes(log.retainedBytes()) + " of WAL" + growth + limit,
                        "Resolve what keeps changes from being written, and end transactions that have run for long; until then watch the database's disk."));
    }
}
