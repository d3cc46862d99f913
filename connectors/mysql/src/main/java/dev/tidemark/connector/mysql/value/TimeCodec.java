package dev.tidemark.connector.mysql.value;

import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Year;
import java.time.ZonedDateTime;
import org.jspecify.annotations.Nullable;

/** Codecs of dates and times. A zero date is null. */
enum TimeCodec implements ValueCodec {
    DATE {
        @Override
        public @Nullable Object carried(Object data) {
            return TemporalText.days((LocalDate) data);
        }

        @Override
        @Nullable
        Object ofText(String text) {
            return TemporalText.days(text);
        }
    },
    DATETIME {
        @Override
        public @Nullable Object carried(Object data) {
            return data instanceof Timestamp time ? TemporalText.localMicros(time) : TemporalText.micros(local(data));
        }

        @Override
        @Nullable
        Object ofText(String text) {
            return TemporalText.micros(text);
        }
    },
    TIMESTAMP {
        @Override
        public Object carried(Object data) {
            return instant(data);
        }

        @Override
        @Nullable
        Object ofText(String text) {
            return TemporalText.micros(text);
        }
    },
    TIME {
        @Override
        public Object carried(Object data) {
            return data instanceof Duration time
                    ? TemporalText.time(time)
                    : TemporalText.time(TextCodec.text(data, TextCharset.of(null)));
        }

        @Override
        Object ofText(String text) {
            return TemporalText.time(text);
        }
    },
    /** The binlog counts from 1900 and has 0 for the year 0000, so that one looks like 1900, which no column can hold. */
    YEAR {
        @Override
        public Object carried(Object data) {
            int year = data instanceof Year known ? known.getValue() : (int) NumberCodec.full(data);
            return year == 1900 ? 0 : year;
        }

        @Override
        Object ofText(String text) {
            return Integer.valueOf(text);
        }
    };

    @Override
    public final @Nullable Object ofServer(byte[] bytes) {
        return ofText(new String(bytes, StandardCharsets.UTF_8));
    }

    abstract @Nullable Object ofText(String text);

    private static LocalDateTime local(Object data) {
        if (data instanceof LocalDateTime time) {
            return time;
        }
        throw new UnexpectedValueException(data);
    }

    private static Long instant(Object data) {
        if (data instanceof ZonedDateTime time) {
            return TemporalText.micros(time.toEpochSecond(), time.getNano());
        }
        if (data instanceof Timestamp time) {
            return TemporalText.micros(Math.floorDiv(time.getTime(), 1000L), time.getNanos());
        }
        throw new UnexpectedValueException(data);
    }
}
