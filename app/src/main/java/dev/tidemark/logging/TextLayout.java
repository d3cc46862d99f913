package dev.tidemark.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.slf4j.event.KeyValuePair;

/** {@code 2026-11-20T21:00:00.123Z INFO  [shop-flush] FlushWorker - message}, and figures as {@code name=value}. */
final class TextLayout extends LayoutBase<ILoggingEvent> {

    /** Keys for the subject of a line: its message names that already, and only programs need it again. */
    private static final Set<String> IN_THE_MESSAGE = Set.of("part", "table", "collection", "id");

    @Override
    public String doLayout(ILoggingEvent event) {
        String logger = event.getLoggerName();
        StringBuilder line = new StringBuilder(160)
                .append(Instant.ofEpochMilli(event.getTimeStamp()))
                .append(' ')
                .append(String.format("%-5s", event.getLevel()))
                .append(" [")
                .append(event.getThreadName())
                .append("] ")
                .append(logger, logger.lastIndexOf('.') + 1, logger.length())
                .append(" - ")
                .append(tame(event.getFormattedMessage()));
        List<KeyValuePair> figures = event.getKeyValuePairs();
        if (figures != null) {
            for (KeyValuePair figure : figures) {
                if (IN_THE_MESSAGE.contains(figure.key)) {
                    continue;
                }
                line.append(' ').append(figure.key).append('=').append(quoted(String.valueOf(figure.value)));
            }
        }
        line.append('\n');
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown != null) {
            line.append(ThrowableProxyUtil.asString(thrown)).append('\n');
        }
        return Masking.apply(line.toString());
    }

    private static String quoted(String value) {
        return value.indexOf(' ') < 0 ? tame(value) : '"' + tame(value) + '"';
    }

    /** Replaces control characters: a row's value must not look like a line of its own, nor move a terminal's cursor. */
    private static String tame(String message) {
        StringBuilder tame = new StringBuilder(message.length());
        for (int i = 0; i < message.length(); i++) {
            char c = message.charAt(i);
            if (c == '\n') {
                tame.append("\n    ");
            } else {
                tame.append(c < ' ' || c == 0x7f ? '?' : c);
            }
        }
        return tame.toString();
    }
}
