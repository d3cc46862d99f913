package dev.tidemark.cli;

import dev.tidemark.config.Config;
import dev.tidemark.connector.Secret;
import dev.tidemark.logging.Logging;
import dev.tidemark.sink.SinkException;
import java.util.List;
import java.util.Map;

/** The key for actions that the service's own key does not permit: creating keys and scratch collections. */
public final class AdminKey {

    /** The environment variable that holds it. */
    public static final String VARIABLE = "TYPESENSE_ADMIN_KEY";

    private AdminKey() {}

    /** Returns a failure in one line: what failed, what to do. */
    public static String line(SinkException failure) {
        String hint = failure.hint().isEmpty() ? "" : "; " + failure.hint();
        return failure.getMessage()
                + hint
                + (failure.reason().equals("unauthorized")
                        ? ". Or set " + VARIABLE + " to a key that may do it: this command then takes that one"
                        : "");
    }

    /** Returns the configured Typesense, with the key of the environment if it is set. No log line shows that key. */
    public static Config.Typesense of(Config.Typesense configured, Map<String, String> environment) {
        String value = environment.getOrDefault(VARIABLE, "");
        if (value.isEmpty()) {
            return configured;
        }
        Secret key = new Secret(value);
        Logging.mask(List.of(key)); // Invariant 8
        return configured.withKey(key);
    }
}
