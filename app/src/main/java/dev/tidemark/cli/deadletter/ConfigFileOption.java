package dev.tidemark.cli.deadletter;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that names the configuration. */
final class ConfigFileOption {

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "the configuration; default: ${DEFAULT-VALUE}")
    Path file = Path.of("tidemark.yml");
}
