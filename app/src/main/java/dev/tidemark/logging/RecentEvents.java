package dev.tidemark.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import org.slf4j.LoggerFactory;

/** The last lines of our own log, from INFO on, for viewers of the status page. Bounded; without secrets. Any thread. */
public final class RecentEvents implements AutoCloseable {

    private static final int MAX_EVENTS = 100;
    private static final int MAX_CHARACTERS = 500;

    private final Deque<Event> events = new ArrayDeque<>();
    private final Buffer buffer = new Buffer();
    private final Logger logger;

    /**
     * A line of the log.
     *
     * @param time ISO-8601
     * @param level INFO, WARN or ERROR
     * @param message its text, at most 500 characters; may quote rows
     */
    public record Event(String time, String level, String message) {}

    private RecentEvents(Logger logger) {
        this.logger = logger;
    }

    /** Keeps what is logged from now on. */
    public static RecentEvents start() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        RecentEvents recent = new RecentEvents(context.getLogger("dev.tidemark"));
        recent.buffer.setContext(context);
        recent.buffer.start();
        recent.logger.addAppender(recent.buffer);
        return recent;
    }

    /** Returns the events, the newest first. */
    public List<Event> newestFirst() {
        synchronized (events) {
            List<Event> all = new ArrayList<>(events);
            Collections.reverse(all);
            return all;
        }
    }

    @Override
    public void close() {
        logger.detachAppender(buffer);
        buffer.stop();
    }

    private final class Buffer extends AppenderBase<ILoggingEvent> {

        @Override
        protected void append(ILoggingEvent line) {
            if (!line.getLevel().isGreaterOrEqual(Level.INFO)) {
                return;
            }
            String text = Masking.apply(line.getFormattedMessage());
            Event event = new Event(
                    Instant.ofEpochMilli(line.getTimeStamp())
                            .truncatedTo(ChronoUnit.MILLIS)
                            .toString(),
                    line.getLevel().toString(),
                    text.length() > MAX_CHARACTERS ? text.substring(0, MAX_CHARACTERS) + "..." : text);
            synchronized (events) {
                if (events.size() == MAX_EVENTS) {
                    events.removeFirst();
                }
                events.addLast(event);
            }
        }
    }
}
