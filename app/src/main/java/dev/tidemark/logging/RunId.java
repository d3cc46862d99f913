package dev.tidemark.logging;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** Tells the runs of a service apart: eight hexadecimal digits, drawn when the process begins. */
public final class RunId {

    private static final String VALUE =
            HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());

    private RunId() {}

    /** This process's. */
    public static String value() {
        return VALUE;
    }
}
