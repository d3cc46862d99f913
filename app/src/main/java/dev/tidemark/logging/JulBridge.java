package dev.tidemark.logging;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.slf4j.LoggerFactory;

/**
 * What libraries (the JDBC driver among them) say through java.util.logging, into our log: past it, a secret would reach
 * stderr unmasked (invariant 8).
 */
public final class JulBridge extends Handler {

    private static final SimpleFormatter FORMATTER = new SimpleFormatter();

    private JulBridge() {}

    /** From now on, for the whole JVM. */
    public static void install() {
        LogManager.getLogManager().reset();
        java.util.logging.Logger root = LogManager.getLogManager().getLogger("");
        root.setLevel(Level.INFO);
        root.addHandler(new JulBridge());
    }

    @Override
    public void publish(LogRecord record) {
        String name = record.getLoggerName();
        org.slf4j.Logger log = LoggerFactory.getLogger(name == null || name.isEmpty() ? "jul" : name);
        String message = FORMATTER.formatMessage(record);
        int level = record.getLevel().intValue();
        if (level >= Level.SEVERE.intValue()) {
            log.error(message, record.getThrown());
        } else if (level >= Level.WARNING.intValue()) {
            log.warn(message, record.getThrown());
        } else {
            log.info(message, record.getThrown());
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
