package dev.tidemark.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The JSON Schema of the configuration, as editors use it. */
final class ConfigSchema {

    static final Path FILE = Path.of("..", "schema", "tidemark.schema.json");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonNode root;
    private final JsonSchema schema;

    ConfigSchema() {
        try {
            root = JSON.readTree(Files.readString(FILE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(root);
    }

    JsonNode root() {
        return root;
    }

    /** Returns what the schema finds wrong with a text in YAML. */
    List<String> problems(String yaml) {
        Object read = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
        return schema.validate(JSON.valueToTree(read)).stream()
                .map(ValidationMessage::getMessage)
                .toList();
    }

    /** Returns a part of the schema, with references to definitions followed. */
    JsonNode resolve(JsonNode node) {
        String reference = node.path("$ref").asText();
        return reference.isEmpty() ? node : resolve(root.at(reference.substring(1)));
    }
}
