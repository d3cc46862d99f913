package dev.tidemark.config.read;

import dev.tidemark.config.Config;
import dev.tidemark.config.ConfigException;
import dev.tidemark.config.TableCatalog;
import dev.tidemark.config.yaml.Interpolation;
import dev.tidemark.config.yaml.Paths;
import dev.tidemark.config.yaml.Problems;
import dev.tidemark.config.yaml.YamlFile;
import dev.tidemark.config.yaml.YamlMap;
import dev.tidemark.connector.ConnectorFactory;
import dev.tidemark.connector.data.TableId;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.yaml.snakeyaml.nodes.MappingNode;

/** Reader of the configuration file; the full file is invalid if anything in it is wrong (invariant 7). */
public final class ConfigLoader {

    private ConfigLoader() {}

    /**
     * Reads and checks a file. Opens that file and those named by <code>${file:...}</code>, nothing else.
     *
     * @param file the YAML file; messages name it as it is given here
     * @param connectors the kinds of source that exist
     * @param environment what <code>${VAR}</code> stands for
     * @param catalog the database's tables, queried if the file names some by a pattern
     * @throws ConfigException with everything that is wrong; its message is ready to print
     */
    public static Config load(
            Path file, List<ConnectorFactory> connectors, Map<String, String> environment, TableCatalog catalog) {
        return load(file, connectors, environment, catalog, Runtime.getRuntime().maxMemory());
    }

    /**
     * Loads a file as above, for a command that creates the secrets that the file names: variables that are not set, and files
     * that do not exist, count as empty secrets.
     */
    public static Config loadWithoutSecrets(
            Path file, List<ConnectorFactory> connectors, Map<String, String> environment, TableCatalog catalog) {
        return load(
                file,
                connectors,
                environment,
                catalog,
                Runtime.getRuntime().maxMemory(),
                YamlMap.Secrets.THOSE_THAT_EXIST);
    }

    /** Loads a file as above that names no tables by a pattern. */
    public static Config load(Path file, List<ConnectorFactory> connectors, Map<String, String> environment) {
        return load(file, connectors, environment, draft -> {
            throw new IllegalArgumentException(file + " names tables by a pattern");
        });
    }

    /**
     * Content of a file that can be read without a database.
     *
     * @param config without the documents of patterns
     * @param complete whether there are none of those
     * @param withTables returns the same content with tables
     */
    public record Settings(Config config, boolean complete, Function<List<TableId>, Config> withTables) {

        /**
         * Returns the configuration with the documents of those tables that its patterns match. The file is not opened: what was
         * edited in it counts from the next start on.
         *
         * @throws ConfigException if it is invalid with these tables
         */
        public Config with(List<TableId> tables) {
            return complete ? config : withTables.apply(tables);
        }
    }

    /** Loads a file as above, without the documents of patterns: for commands that need no database. */
    public static Settings loadSettings(Path file, List<ConnectorFactory> connectors, Map<String, String> environment) {
        return loadSettings(file, connectors, environment, YamlMap.Secrets.ALL);
    }

    /** Loads a file as above; secrets that are not set are empty. */
    public static Settings loadSettingsWithoutSecrets(
            Path file, List<ConnectorFactory> connectors, Map<String, String> environment) {
        return loadSettings(file, connectors, environment, YamlMap.Secrets.THOSE_THAT_EXIST);
    }

    private static Settings loadSettings(
            Path file, List<ConnectorFactory> connectors, Map<String, String> environment, YamlMap.Secrets secrets) {
        YamlFile yaml = new YamlFile(file);
        TableNames names = TableNames.unknown();
        long heap = Runtime.getRuntime().maxMemory();
        MappingNode root = yaml.root();
        Config config = read(file, yaml, root, environment, secrets, new ConfigReader(connectors, heap, names));
        return new Settings(
                config,
                !names.needed(),
                tables -> read(
                        file,
                        yaml,
                        root,
                        environment,
                        secrets,
                        new ConfigReader(connectors, heap, TableNames.of(tables))));
    }

    /** Loads a file as above, with the given heap in bytes. */
    public static Config load(
            Path file,
            List<ConnectorFactory> connectors,
            Map<String, String> environment,
            TableCatalog catalog,
            long heap) {
        return load(file, connectors, environment, catalog, heap, YamlMap.Secrets.ALL);
    }

    private static Config load(
            Path file,
            List<ConnectorFactory> connectors,
            Map<String, String> environment,
            TableCatalog catalog,
            long heap,
            YamlMap.Secrets secrets) {
        YamlFile yaml = new YamlFile(file);
        MappingNode root = yaml.root();
        TableNames names = TableNames.unknown();
        Config draft = read(file, yaml, root, environment, secrets, new ConfigReader(connectors, heap, names));
        return names.needed()
                ? read(
                        file,
                        yaml,
                        root,
                        environment,
                        secrets,
                        new ConfigReader(connectors, heap, TableNames.of(catalog.tables(draft))))
                : draft;
    }

    private static Config read(
            Path file,
            YamlFile yaml,
            MappingNode root,
            Map<String, String> environment,
            YamlMap.Secrets secrets,
            ConfigReader reader) {
        Problems problems = new Problems();
        Paths paths = Paths.of(file, environment);
        YamlMap.Reading reading =
                new YamlMap.Reading(problems, new Interpolation(environment, paths), yaml.source(), paths, secrets);
        Config config = reader.read(new YamlMap("", 1, root, reading));
        if (!problems.isEmpty()) {
            throw new ConfigException(file.toString(), problems.byLine());
        }
        return config;
    }
}
