package dev.tidemark.connector;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** When a backup was begun, which is also what it is told from others by. */
public record BackupTime(Instant instant) {

    /** How many digits {@link #digits} has. */
    public static final int DIGITS = 14;

    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss").withZone(ZoneOffset.UTC);

    /** Year to second in UTC, for names: {@code 20261121190500}. */
    public String digits() {
        return FORMAT.format(instant);
    }
}
