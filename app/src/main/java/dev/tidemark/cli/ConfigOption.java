package dev.tidemark.cli;

import dev.tidemark.config.Config;
import dev.tidemark.config.read.ConfigLoader;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.health.Health;
import dev.tidemark.retry.Backoff;
import dev.tidemark.startup.Connectors;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** The option that names the configuration, and what it leads to. */
public final class ConfigOption {

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "the configuration; default: ${DEFAULT-VALUE}")
    private Path file = Path.of("tidemark.yml");

    /**
     * Reads and checks the configuration; all problems at once.
     *
     * @throws SourceException where it names tables by a pattern and the database cannot be asked for them
     */
    public Config load() {
        return load(file);
    }

    /** As {@link #load}; secrets that are not set yet are empty. */
    Config loadWithoutSecrets() {
        return ConfigLoader.loadWithoutSecrets(file, Connectors.ALL, System.getenv(), ConfigOption::tables);
    }

    public static Config load(Path file) {
        return ConfigLoader.load(file, Connectors.ALL, System.getenv(), ConfigOption::tables);
    }

    /**
     * As {@link #load}, and waits for a database that may come back.
     *
     * @param waiting told what is waited for, at each attempt
     */
    Config await(Consumer<Health.Condition> waiting) throws InterruptedException {
        Backoff backoff = new Backoff();
        while (true) {
            try {
                return load();
            } catch (SourceException e) {
                if (!e.isRetryable()) {
                    throw e;
                }
                waiting.accept(new Health.Condition(
                        "waiting for the tables that patterns match: " + e.getMessage(), e.hint()));
            }
            TimeUnit.NANOSECONDS.sleep(backoff.next().toNanos());
        }
    }

    /** The configuration without the documents of patterns: for what needs no database. */
    public Config settings() {
        return settings(file);
    }

    /** As {@link #settings()}; secrets that are not set are empty. */
    Config settingsWithoutSecrets() {
        return ConfigLoader.loadSettingsWithoutSecrets(file, Connectors.ALL, System.getenv())
                .config();
    }

    public static Config settings(Path file) {
        return withoutTables(file).config();
    }

    /** As {@link #settings()}, and whether that is all of it. */
    ConfigLoader.Settings withoutTables() {
        return withoutTables(file);
    }

    private static ConfigLoader.Settings withoutTables(Path file) {
        return ConfigLoader.loadSettings(file, Connectors.ALL, System.getenv());
    }

    private static List<TableId> tables(Config draft) {
        LogOptions.mask(draft);
        return Connectors.create(draft).tables();
    }
}
