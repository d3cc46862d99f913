package dev.tidemark.testkit;

import java.util.Set;

/** The machine this JVM runs on. */
public final class Platform {

    private Platform() {}

    public static boolean isLinuxOnX86() {
        return System.getProperty("os.name").equals("Linux")
                && Set.of("amd64", "x86_64").contains(System.getProperty("os.arch"));
    }
}
