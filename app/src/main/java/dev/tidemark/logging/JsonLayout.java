package dev.tidemark.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/**
 * One JSON object a line: time, run, pipeline, level, logger, thread, message, what the line is about (table, collection, id) and figures if
 * there are any, and error with its trace.
 */
final class JsonLayout extends LayoutBase<ILoggingEvent> {

    private static final JsonFactory JSON = new JsonFactory();

    @Override
    public String doLayout(ILoggingEvent event) {
        StringWriter line = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(line)) {
            json.writeStartObject();
            json.writeStringField(
                    "time", Instant.ofEpochMilli(event.getTimeStamp()).toString());
            json.writeStringField("run", RunId.value());
            String pipeline = RunId.pipeline();
            if (!pipeline.isEmpty()) {
                json.writeStringField("pipeline", pipeline);
            }
            json.writeStringField("level", event.getLevel().toString());
            json.writeStringField("logger", event.getLoggerName());
            json.writeStringField("thread", event.getThreadName());
            // Masked before it is escaped: a secret with a quote in it would not be found afterwards.
            json.writeStringField("message", Masking.apply(event.getFormattedMessage()));
            List<KeyValuePair> figures = event.getKeyValuePairs();
            if (figures != null) {
                for (KeyValuePair figure : figures) {
                    write(figure.key, figure.value, json);
                }
            }
            IThrowableProxy thrown = event.getThrowableProxy();
            if (thrown != null) {
                json.writeStringField("error", Masking.apply(ThrowableProxyUtil.asString(thrown)));
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return line.append('\n').toString();
    }

    private static void write(String key, @Nullable Object value, JsonGenerator json) throws IOException {
        if (value instanceof Number number) {
            json.writeNumberField(key, number.longValue());
        } else {
            json.writeStringField(key, Masking.apply(String.valueOf(value)));
        }
    }
}
