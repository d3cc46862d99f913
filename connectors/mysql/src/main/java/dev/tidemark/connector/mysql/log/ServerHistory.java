package dev.tidemark.connector.mysql.log;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Observed state of a server's history. A server that continues this history keeps its {@code server_uuid}, still has executed
 * all of these transactions, and its binlog file, unless purged, is the same one and at least as long.
 *
 * @param server the {@code server_uuid}
 * @param executed the GTIDs that the server had executed; empty without GTIDs
 * @param file the newest binlog file
 * @param header what identifies this file ({@link BinlogFileHeader}), since others may have its name
 * @param size bytes of the file that are certain to survive a crash of the server
 */
record ServerHistory(String server, String executed, String file, String header, long size) {

    private static final String SERVER = "server_uuid";
    private static final String EXECUTED = "gtid_executed";
    private static final String FILE = "binlog_file";
    private static final String HEADER = "binlog_header";
    private static final String SIZE = "binlog_size";

    /** Returns the form in which it is recorded. */
    Map<String, String> facts() {
        return Map.of(SERVER, server, EXECUTED, executed, FILE, file, HEADER, header, SIZE, String.valueOf(size));
    }

    /** Reads the recorded form; {@code null} if nothing is recorded. Facts of another kind of database are those of no server. */
    static @Nullable ServerHistory of(Map<String, String> facts) {
        return facts.isEmpty()
                ? null
                : new ServerHistory(
                        facts.getOrDefault(SERVER, "none"),
                        facts.getOrDefault(EXECUTED, ""),
                        facts.getOrDefault(FILE, ""),
                        facts.getOrDefault(HEADER, ""),
                        Long.parseLong(facts.getOrDefault(SIZE, "0")));
    }

    boolean isOf(String uuid) {
        return server.equals(uuid);
    }
}
