package dev.tidemark.logging;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** Tells the runs of a service apart: eight hexadecimal digits, drawn when the process begins. */
public final class RunId {

    private static final String VALUE =
            HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());

    private static volatile String pipeline = "";

    private RunId() {}

    /** From now on each line of the log in JSON has this pipeline. */
    public static void pipeline(String name) {
        pipeline = name;
    }

    /** Returns the pipeline that the process runs; empty before it is known, and in commands. */
    public static String pipeline() {
        return pipeline;
    }

    /** This process's. */
    public static String value() {
        return VALUE;
    }
}
