package dev.tidemark.logging;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** Id that distinguishes the runs of a service: eight random hexadecimal digits, drawn when the process begins. */
public final class RunId {

    private static final String VALUE =
            HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());

    private static volatile String pipeline = "";

    private RunId() {}

    /** Sets the pipeline that each line of the log in JSON names from now on. */
    public static void pipeline(String name) {
        pipeline = name;
    }

    /** Returns the pipeline that the process runs; empty before it is known, and in commands. */
    static String pipeline() {
        return pipeline;
    }

    /** Returns the id of this process's run. */
    public static String value() {
        return VALUE;
    }
}
