package dev.tidemark.connector.mysql.log;

import dev.tidemark.connector.History;
import dev.tidemark.connector.History.Finding;
import dev.tidemark.connector.mysql.connection.Database;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compares a server with the history that was recorded, and with the stored offset.
 *
 * <p>A server opens a new binlog file at each start and never continues an old one. So a copy of it that was put back has a file of the
 * same name that was created at another time, or one that ends too early: both stay as they are, however many transactions follow. GTIDs
 * alone would match again as soon as as many other transactions have passed.
 */
final class HistoryComparison {

    private static final int LONGEST_SET = 300;

    private static final String IS_ANOTHER = " is another server: ";
    private static final String LACKS = ", which lacks transactions ";

    private static final String WAIT =
            "Wait until it has replicated them. If it was promoted without them, end its replication (STOP"
                    + " REPLICA; RESET REPLICA ALL): then Tidemark requests approval to load the tables again.";

    private final Database database;
    private final ServerLook now;
    private final @Nullable ServerHistory recorded;
    private final String gtids;
    private final String handedOver;
    private final @Nullable String file;
    private final long place;

    /**
     * Creates a comparison.
     *
     * @param recorded null if nothing is recorded yet
     * @param offset null if none is stored
     * @param handedOver may be ahead of both
     */
    HistoryComparison(
            Database database,
            ServerLook now,
            @Nullable ServerHistory recorded,
            @Nullable Map<String, ?> offset,
            History.HandedOver handedOver) {
        Map<String, ?> stored = offset == null || BinlogOffsets.unfinishedSnapshot(offset) ? Map.of() : offset;
        this.database = database;
        this.now = now;
        this.recorded = recorded;
        this.gtids = stored.get(BinlogOffsets.GTIDS) instanceof String set ? set : "";
        this.handedOver = handedOver.transaction() instanceof Gtid gtid ? gtid.name() : "";
        this.file = stored.get(BinlogOffsets.FILE) instanceof String name ? name : null;
        this.place = stored.get(BinlogOffsets.PLACE) instanceof Number number ? number.longValue() : 0;
    }

    /** Returns how the server differs; null if its history continues what is known, as far as that can be seen. */
    @Nullable
    Finding difference() throws SQLException {
        ServerHistory known = recorded;
        if (known == null) {
            return lackingStored();
        }
        if (!known.isOf(now.server)) {
            return otherServer(known);
        }
        Finding found = otherFile(known);
        found = found == null ? lackingExecuted(known) : found;
        found = found == null ? lackingStored() : found;
        return found == null ? beyondEnd() : found;
    }

    private @Nullable Finding otherServer(ServerHistory known) throws SQLException {
        String servers = "stored is server_uuid " + known.server() + ", found " + now.server;
        boolean byPlace = file == null ? known.executed().isBlank() : gtids.isBlank();
        if (byPlace || !now.hasGtids) {
            return identity(servers + "; without GTIDs, a position is valid on one server only");
        }
        String lacking = now.lacks(known.executed(), gtids);
        if (lacking.isEmpty()) {
            return withoutHandedOver(servers);
        }
        String lacks = servers + LACKS + cut(lacking);
        return now.replicates() ? behind(lacks) : identity(lacks);
    }

    /**
     * Finds whether the server lacks the last transaction that was read. A failover that continues the same history has it, too.
     * Only this process knows of it, so the finding is one that does not end automatically: the next process could not find it
     * again.
     */
    private @Nullable Finding withoutHandedOver(String servers) throws SQLException {
        String lacking = now.lacks(handedOver);
        if (lacking.isEmpty()) {
            return null;
        }
        String lacks = servers + LACKS + cut(lacking);
        return now.replicates()
                ? behind(lacks)
                : new Finding.Contradiction(History.Reason.HISTORY, database + IS_ANOTHER + lacks);
    }

    private @Nullable Finding otherFile(ServerHistory known) throws SQLException {
        String name = known.file();
        Long size = now.size(name);
        String stored = name + " (" + known.header() + ", at least " + known.size() + " bytes)";
        if (size == null) {
            return isNumberedBack(name)
                    ? history(stored, now.newest + " as the newest binlog file, and no " + name)
                    : null; // purged, or another log_bin: nothing can be compared
        }
        String header = now.header(name);
        if (!header.equals(known.header())) {
            return history(stored, name + " (" + header + ")");
        }
        return size < known.size() ? history(stored, name + " with " + size + " bytes") : null;
    }

    private boolean isNumberedBack(String name) {
        return base(name).equals(base(now.newest)) && BinlogPosition.number(now.newest) < BinlogPosition.number(name);
    }

    private static String base(String name) {
        return name.substring(0, Math.max(0, name.lastIndexOf('.')));
    }

    private @Nullable Finding lackingExecuted(ServerHistory known) throws SQLException {
        String lacking = known.executed().equals(now.executed) ? "" : now.lacks(known.executed());
        return lacking.isEmpty()
                ? null
                : history("executed GTIDs " + cut(known.executed()), "transactions " + cut(lacking) + " missing");
    }

    /**
     * Finds whether the server lacks transactions of the stored offset. A semi-synchronous server sends a transaction long before
     * it counts it as executed, but only one of its newest file: transactions in an earlier file are executed.
     */
    private @Nullable Finding lackingStored() throws SQLException {
        if (gtids.isBlank() || now.newest.equals(file)) {
            return null;
        }
        String lacking = now.lacks(gtids);
        if (lacking.isEmpty()) {
            return null;
        }
        boolean other = recorded == null; // unknown which server the position is of
        return other && now.replicates()
                ? behind("stored are GTIDs " + cut(gtids) + ", and it lacks transactions " + cut(lacking))
                : history("GTIDs " + cut(gtids), "transactions " + cut(lacking) + " missing");
    }

    private @Nullable Finding beyondEnd() throws SQLException {
        Long size = file == null || !gtids.isBlank() ? null : now.size(file);
        return size == null || place <= size
                ? null
                : history("position " + place + " in " + file, file + " with " + size + " bytes");
    }

    private Finding history(String stored, String found) {
        return new Finding.Contradiction(
                History.Reason.HISTORY,
                database + " was put back in time, or its binlog was reset: stored is " + stored + ", found " + found);
    }

    private Finding identity(String found) {
        return new Finding.Contradiction(History.Reason.IDENTITY, database + IS_ANOTHER + found);
    }

    private Finding behind(String found) {
        return new Finding.Behind(database + " has not applied everything yet that was read: " + found, WAIT);
    }

    private static String cut(String set) {
        return set.length() <= LONGEST_SET ? set : set.substring(0, LONGEST_SET) + "...";
    }
}
