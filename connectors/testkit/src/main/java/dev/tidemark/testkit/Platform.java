package dev.tidemark.testkit;

import java.util.Set;

/** The machine this JVM runs on. */
final class Platform {

    private Platform() {}

    static boolean isLinuxOnX86() {
        return System.getProperty("os.name").equals("Linux")
                && Set.of("amd64", "x86_64").contains(System.getProperty("os.arch"));
    }
}
