package dev.tidemark.cli;

import dev.tidemark.config.Config;
import dev.tidemark.connector.Secret;
import dev.tidemark.logging.Logging;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Options for the format of the log. */
public final class LogOptions {

    /** The forms a log line can have. */
    enum Format {
        text,
        json
    }

    @Option(
            names = "--log-format",
            paramLabel = "FORMAT",
            description = "text or json (one object per line); default: ${DEFAULT-VALUE}")
    private Format format = Format.text;

    public void configure() {
        Logging.configure(format == Format.json ? Logging.Format.JSON : Logging.Format.TEXT);
    }

    /** Masks the secrets of the configuration in every log line from now on, including lines of libraries (invariant 8). */
    public static void mask(Config config) {
        List<Secret> secrets = new ArrayList<>();
        secrets.add(config.source().settings().password());
        secrets.add(config.sink().apiKey());
        Secret token = config.http().token();
        if (token != null) {
            secrets.add(token);
        }
        config.source().settings().debezium().forEach((key, value) -> {
            if (key.contains("password") || key.contains("secret")) {
                secrets.add(new Secret(value));
            }
        });
        Logging.mask(secrets);
    }
}
