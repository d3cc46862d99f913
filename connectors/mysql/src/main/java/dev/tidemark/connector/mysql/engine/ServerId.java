package dev.tidemark.connector.mysql.engine;

import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceSettings;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** The id under which the service reads the binlog: every reader and server of a replication group has its own. */
public final class ServerId {

    /** Configuration key of the id under which the service joins the replicas of the server. */
    public static final String OPTION = "serverId";

    private static final long HIGHEST = (1L << 32) - 1;

    /** Above what people count from, below what other tools draw at random. */
    private static final long LOWEST_DERIVED = 5_000;

    private static final long DERIVED = 2_000_000_000 - LOWEST_DERIVED;

    private ServerId() {}

    /**
     * Returns the configured id, else one derived from the pipeline's name: the same at every start.
     *
     * @throws SourceException if the configured one is not an id
     */
    public static long of(SourceSettings settings) {
        String configured = settings.options().get(OPTION);
        return configured == null ? derived(settings.pipeline()) : parsed(configured);
    }

    private static long derived(String pipeline) {
        CRC32 hash = new CRC32();
        hash.update(pipeline.getBytes(StandardCharsets.UTF_8));
        return LOWEST_DERIVED + hash.getValue() % DERIVED;
    }

    private static long parsed(String configured) {
        try {
            long id = Long.parseLong(configured.strip());
            if (id >= 1 && id <= HIGHEST) {
                return id;
            }
        } catch (NumberFormatException e) {
            throw unusable(configured);
        }
        throw unusable(configured);
    }

    private static SourceException unusable(String configured) {
        return SourceException.fatal(
                OPTION + " '" + configured + "' is not a server id",
                "give an integer from 1 to " + HIGHEST + " that no other replica of the server has");
    }
}
