package dev.tidemark.connector;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Time at which a backup was begun, which also identifies the backup. */
public record BackupTime(Instant instant) {

    /** Number of digits in {@link #digits}. */
    public static final int DIGITS = 14;

    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss").withZone(ZoneOffset.UTC);

    /** Returns year to second in UTC, for names: {@code 20261121190500}. */
    public String digits() {
        return FORMAT.format(instant);
    }
}
