package dev.tidemark.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The last error that Debezium logged for each pipeline: it names tables and columns that its exceptions do not. Debezium's log
 * is off unless {@code TIDEMARK_DEBEZIUM_LOG_LEVEL} is set. Any thread.
 */
public final class EngineLog extends AppenderBase<ILoggingEvent> {

    private static final String DEBEZIUM = "io.debezium";
    private static final String NAME = "tidemark-engine-words";

    /** Messages without information: they contain only that something failed. */
    private static final Set<String> EMPTY = Set.of("Producer failure");

    private static final Map<String, String> LAST = new ConcurrentHashMap<>();

    private EngineLog() {}

    /** Begins to listen, unless it does; the level of the log stays. */
    public static synchronized void listen() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger logger = context.getLogger(DEBEZIUM);
        if (logger.getAppender(NAME) == null) {
            EngineLog appender = new EngineLog();
            appender.setName(NAME);
            appender.setContext(context);
            appender.start();
            logger.addAppender(appender);
        }
    }

    /** Listens to Debezium's errors; its log lines are not written anywhere else. */
    static void only() {
        Logger logger = ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(DEBEZIUM);
        logger.setLevel(Level.ERROR);
        logger.setAdditive(false);
        listen();
    }

    /** Returns and forgets the last error of the pipeline's engine; null if there was none. */
    public static @Nullable String take(String pipeline) {
        return LAST.remove(pipeline);
    }

    @Override
    protected void append(ILoggingEvent event) {
        String pipeline = event.getMDCPropertyMap().get("dbz.connectorName");
        String text = event.getFormattedMessage();
        if (pipeline != null && event.getLevel().isGreaterOrEqual(Level.ERROR) && !EMPTY.contains(text)) {
            IThrowableProxy cause = event.getThrowableProxy();
            String reason = cause == null ? null : cause.getMessage();
            LAST.put(pipeline, reason == null || text.contains(reason) ? text : text + ": " + reason);
        }
    }
}
