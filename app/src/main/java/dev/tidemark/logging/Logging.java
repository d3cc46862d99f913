package dev.tidemark.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.LayoutBase;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import dev.tidemark.connector.Secret;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.logging.LogManager;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Sets up the log: to stderr, as text or as JSON, without secrets. */
public final class Logging {

    /** Formats of a log line. */
    public enum Format {
        /** For people. */
        TEXT,
        /** One JSON object a line, for programs. */
        JSON
    }

    /** Levels that our own loggers can be set to, from most to least output. */
    public static final List<String> LEVELS = List.of("trace", "debug", "info", "warn", "error", "off");

    private static final String OURS = "dev.tidemark";

    private Logging() {}

    /** Replaces any earlier configuration. Our own loggers follow {@code TIDEMARK_LOG_LEVEL}, INFO if it is not set. */
    public static void configure(Format format) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        LayoutBase<ILoggingEvent> layout = format == Format.JSON ? new JsonLayout() : new TextLayout();
        layout.setContext(context);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setLayout(layout);
        encoder.start();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setTarget("System.err");
        console.setEncoder(encoder);
        console.start();
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.addAppender(console);
        root.setLevel(Level.WARN);
        String wanted = System.getenv("TIDEMARK_LOG_LEVEL");
        context.getLogger(OURS).setLevel(Level.toLevel(wanted, Level.INFO));
        if (wanted != null && Level.toLevel(wanted, null) == null) {
            context.getLogger(Logging.class)
                    .warn(
                            "TIDEMARK_LOG_LEVEL is '{}', which is none of trace, debug, info, warn, error, off: info is used",
                            wanted);
        }
        bridgeJavaUtilLogging();
        // It would warn of a failed read, which is reported anyway if it failed.
        context.getLogger("com.zaxxer.hikari").setLevel(Level.OFF);
        context.getLogger("org.postgresql.ssl").setLevel(Level.OFF); // each is also thrown, and logged by us
        // The source reports the engine's failures in one line with a hint; their traces are for who looks closer.
        String engine = System.getenv("TIDEMARK_DEBEZIUM_LOG_LEVEL");
        if (engine == null) {
            EngineLog.only();
        } else {
            context.getLogger("io.debezium").setLevel(Level.toLevel(engine, Level.OFF));
        }
        context.getLogger("org.apache.kafka")
                .setLevel(Level.toLevel(System.getenv("TIDEMARK_DEBEZIUM_LOG_LEVEL"), Level.OFF));
    }

    /**
     * Redirects java.util.logging of the JVM into this log. Libraries use it, such as the JDBC driver; without the redirection a
     * secret would reach stderr unmasked (invariant 8).
     */
    public static void bridgeJavaUtilLogging() {
        LogManager.getLogManager().reset(); // no handler remains; the root logger's level is INFO
        SLF4JBridgeHandler.install();
    }

    /** Returns the level of our own loggers. */
    public static String level() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        return context.getLogger(OURS).getEffectiveLevel().toString().toLowerCase(Locale.ROOT);
    }

    /** Sets the level of our own loggers until the next start; false if it is none of {@link #LEVELS}. */
    public static boolean level(String level) {
        if (!LEVELS.contains(level)) {
            return false;
        }
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.getLogger(OURS).setLevel(Level.toLevel(level));
        return true;
    }

    /** Masks these values with stars in every line from now on, including lines of libraries (invariant 8). */
    public static void mask(Collection<Secret> secrets) {
        Masking.add(secrets);
    }
}
