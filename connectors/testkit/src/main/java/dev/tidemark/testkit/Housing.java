package dev.tidemark.testkit;

/**
 * Ways to run servers. Containers only if {@value #PROPERTY} requests them: a daemon that happens to run on a machine, with any
 * images, does not change what is tested.
 */
public enum Housing {
    /** As child processes. */
    NATIVE,

    /** In containers of images that exist already. */
    DOCKER;

    public static final String PROPERTY = "tests.servers";

    public static Housing chosen() {
        String asked = System.getProperty(PROPERTY, "native");
        return switch (asked) {
            case "native" -> NATIVE;
            case "docker" -> DOCKER;
            default -> throw new IllegalStateException("-D" + PROPERTY + "=" + asked + ": native or docker");
        };
    }
}
