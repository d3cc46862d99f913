package dev.tidemark.testkit;

/**
 * Where servers run. Containers only where {@value #PROPERTY} asks for them: a daemon that happens to run on a machine, with whatever
 * images, changes nothing of what is tested.
 */
enum Housing {
    /** As child processes. */
    NATIVE,

    /** In containers of images that are there already. */
    DOCKER;

    static final String PROPERTY = "tests.servers";

    static Housing chosen() {
        String asked = System.getProperty(PROPERTY, "native");
        return switch (asked) {
            case "native" -> NATIVE;
            case "docker" -> DOCKER;
            default -> throw new IllegalStateException("-D" + PROPERTY + "=" + asked + ": native or docker");
        };
    }
}
