package dev.tidemark.config;

import dev.tidemark.connector.ConnectorFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.nodes.MappingNode;

/** Reads the configuration file and refuses it as a whole where anything in it is wrong (invariant 7). */
public final class ConfigLoader {

    private ConfigLoader() {}

    /**
     * Reads and checks a file. Opens that file and those named by <code>${file:...}</code>, nothing else.
     *
     * @param file the YAML file; messages name it as it is given here
     * @param connectors the kinds of source that exist
     * @param environment what <code>${VAR}</code> stands for
     * @throws ConfigException with everything that is wrong; its message is ready to print
     */
    public static Config load(Path file, List<ConnectorFactory> connectors, Map<String, String> environment) {
        return load(file, connectors, environment, Runtime.getRuntime().maxMemory());
    }

    /** As above, with the given heap in bytes. */
    static Config load(Path file, List<ConnectorFactory> connectors, Map<String, String> environment, long heap) {
        Problems problems = new Problems();
        YamlFile yaml = new YamlFile(file);
        MappingNode node = yaml.root();
        YamlMap.Reading reading = new YamlMap.Reading(problems, new Interpolation(environment), yaml.source());
        YamlMap root = new YamlMap("", 1, node, reading);
        Config config = new ConfigReader(connectors, heap).read(root);
        if (!problems.isEmpty()) {
            throw new ConfigException(file.toString(), problems.byLine());
        }
        return config;
    }
}
