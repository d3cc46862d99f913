package dev.tidemark.cli;

import dev.tidemark.config.Config;
import dev.tidemark.config.read.ConfigLoader;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.health.Health;
import dev.tidemark.pipeline.TablePatterns;
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
     * Reads and checks the configuration; reports all problems at once.
     *
     * @throws SourceException if it names tables by a pattern and the database cannot be queried for them
     */
    public Config load() {
        return load(file);
    }

    /** Loads as {@link #load} does; secrets that are not set yet are empty. */
    Config loadWithoutSecrets() {
        return ConfigLoader.loadWithoutSecrets(file, Connectors.ALL, System.getenv(), ConfigOption::tables);
    }

    public static Config load(Path file) {
        return ConfigLoader.load(file, Connectors.ALL, System.getenv(), ConfigOption::tables);
    }

    /**
     * Returns a configuration with the tables that its patterns match, and waits for a database that may come back.
     *
     * @param waiting receives what is waited for, at each attempt
     */
    static Config await(ConfigLoader.Settings known, Consumer<Health.Condition> waiting) throws InterruptedException {
        Backoff backoff = new Backoff();
        while (true) {
            try {
                return known.with(tables(known.config()));
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

    /** Returns the configuration without the documents of patterns: for commands that need no database. */
    public Config settings() {
        return settings(file);
    }

    /** Loads as {@link #settings()} does; secrets that are not set are empty. */
    Config settingsWithoutSecrets() {
        return ConfigLoader.loadSettingsWithoutSecrets(file, Connectors.ALL, System.getenv())
                .config();
    }

    public static Config settings(Path file) {
        return withoutTables(file).config();
    }

    /** Loads as {@link #settings()} does; also returns whether that is the complete configuration. */
    ConfigLoader.Settings withoutTables() {
        return withoutTables(file);
    }

    private static ConfigLoader.Settings withoutTables(Path file) {
        return ConfigLoader.loadSettings(file, Connectors.ALL, System.getenv());
    }

    /** Returns a configuration as one whose tables are searched again while it runs. */
    static TablePatterns patterns(ConfigLoader.Settings known) {
        return new TablePatterns() {
            @Override
            public List<TableId> tables() {
                return ConfigOption.tables(known.config());
            }

            @Override
            public Config with(List<TableId> tables) {
                return known.with(tables);
            }
        };
    }

    private static List<TableId> tables(Config draft) {
        LogOptions.mask(draft);
        return Connectors.create(draft).tables();
    }
}
