package dev.tidemark.distribution;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.Yaml;

/** YAML as a tree in which what is missing is a node, too. */
final class YamlTree {

    private static final ObjectMapper JSON = new ObjectMapper();

    private YamlTree() {}

    static JsonNode read(Path file) throws IOException {
        return readAll(file).get(0);
    }

    /** Each document of a file. */
    static List<JsonNode> readAll(Path file) throws IOException {
        List<JsonNode> documents = new ArrayList<>();
        for (Object document : new Yaml().loadAll(Files.readString(file))) {
            documents.add(JSON.valueToTree(document));
        }
        return documents;
    }
}
