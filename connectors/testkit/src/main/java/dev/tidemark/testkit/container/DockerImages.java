package dev.tidemark.testkit.container;

import dev.tidemark.testkit.Command;
import dev.tidemark.testkit.Housing;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Requests an image from the daemon before Testcontainers searches for a daemon, which can take it minutes. Nothing is ever
 * pulled: tests run only on images that exist already.
 */
final class DockerImages {

    /** A healthy daemon answers at once. */
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private static final String WITHOUT_RYUK = "TESTCONTAINERS_RYUK_DISABLED";
    private static final Set<String> FOUND = ConcurrentHashMap.newKeySet();

    private DockerImages() {}

    /** @throws IllegalStateException if the image does not exist, with what to do */
    static void require(String image) {
        if (!"true".equals(System.getenv(WITHOUT_RYUK))) {
            throw new IllegalStateException(
                    "Set the environment variable " + WITHOUT_RYUK + "=true, as the build does: else"
                            + " Testcontainers would pull an image of its own. Containers end with the tests without it, too");
        }
        if (!FOUND.contains(image)) {
            Command.Outcome outcome = Command.run(LIMIT, List.of("docker", "image", "inspect", "--format=1", image));
            if (!outcome.succeeded()) {
                throw new IllegalStateException("-D" + Housing.PROPERTY + "=docker, but " + reason(outcome, image));
            }
            FOUND.add(image);
        }
    }

    private static String reason(Command.Outcome outcome, String image) {
        if (outcome.code() == Command.TIMEOUT) {
            return "the Docker daemon does not answer within " + LIMIT.toSeconds() + " s: is it well?";
        }
        if (outcome.output().contains("No such image")) {
            return "image " + image + " is not there, and tests pull nothing: 'docker pull " + image
                    + "', or compose/standin/build servers";
        }
        return "Docker cannot inspect image " + image + ": is the daemon running? " + outcome.output();
    }
}
