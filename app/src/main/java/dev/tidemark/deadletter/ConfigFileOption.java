package dev.tidemark.deadletter;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that names the configuration. */
final class ConfigFileOption {

    @Option(
            names = {"-c", "--config"},
            required = true,
            paramLabel = "FILE",
            description = "the configuration, such as tidemark.yml")
    Path file = Path.of("tidemark.yml");
}
