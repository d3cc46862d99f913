package dev.tidemark;

import dev.tidemark.config.Config;
import picocli.CommandLine.Option;

/** How the log is written. */
final class LogOptions {

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

    void configure() {
        System.setProperty("tidemark.log.format", format.name());
    }

    static void mask(Config config) {
        System.setProperty("tidemark.name", config.name());
    }
}
