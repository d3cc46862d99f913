package dev.tidemark.connector.mysql.connection;

import dev.tidemark.connector.Check;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Timeouts of the server that would cut off a session that waits: a session of ours may wait as long as the queue is full, and
 * has deadlines of its own.
 */
public final class SessionTimeouts {

    private static final String VARIABLES = "sessionVariables";

    /** The longest that the server takes. */
    private static final String OFF = "net_write_timeout=31536000,net_read_timeout=31536000,wait_timeout=31536000,"
            + "max_execution_time=0,lock_wait_timeout=31536000,innodb_lock_wait_timeout=3600";

    /** The binlog is sent in a session whose variables a client cannot set. */
    private static final long SHORTEST_WRITE_SECONDS = 30;

    private SessionTimeouts() {}

    /** Adds what the driver sets in each session to its properties, after what the configuration sets. */
    static void addTo(Map<String, String> properties) {
        add(properties, "", properties.get(VARIABLES));
    }

    /**
     * Adds the same as {@link #addTo} to the properties of an engine, which hands on those with the prefix {@code database.} and
     * prefers {@code driver.}.
     */
    public static void addToEngine(Map<String, String> properties) {
        String given = properties.get("driver." + VARIABLES);
        add(properties, "driver.", given == null ? properties.get("database." + VARIABLES) : given);
    }

    private static void add(Map<String, String> properties, String prefix, @Nullable String given) {
        properties.put(prefix + VARIABLES, given == null ? OFF : given + "," + OFF);
        // Else the driver sets net_write_timeout while it streams rows, and afterwards what the server had before.
        properties.put(prefix + "netTimeoutForStreamingResults", "0");
    }

    /** Checks the timeout that a session cannot set: the binlog's reader waits while the queue is full. */
    public static List<Check> check(Variables variables) {
        List<Check> found = new ArrayList<>();
        String name = "net_write_timeout";
        long seconds = variables.number(name, 60);
        if (seconds < SHORTEST_WRITE_SECONDS) {
            found.add(Check.warning(
                    name,
                    name + " is " + seconds
                            + " s: the server cuts the reader of its binlog off when the queue is full for"
                            + " that long; it reconnects each time",
                    variables.provider().setHint(name, "60")));
        }
        return found;
    }
}
