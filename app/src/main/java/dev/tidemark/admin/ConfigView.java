package dev.tidemark.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializerBase;
import dev.tidemark.config.Config;
import dev.tidemark.config.Expression;
import dev.tidemark.connector.Secret;
import dev.tidemark.connector.SqlTemplate;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.expression.Regex;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The configuration as it is in force, defaults included, as JSON. Invariant 8: a {@link Secret} prints as stars, and of the
 * further Debezium properties, which may hold any secret, only the names are told.
 */
final class ConfigView {

    private static final JsonMapper JSON = JsonMapper.builder()
            .addModule(asText(
                    Secret.class, TableId.class, SqlTemplate.class, Regex.class, URI.class, Path.class, Duration.class))
            .build();

    private ConfigView() {}

    private static SimpleModule asText(Class<?>... types) {
        SimpleModule module = new SimpleModule("text");
        for (Class<?> type : types) {
            module.addSerializer(type, ToStringSerializer.instance);
        }
        module.addSerializer(Expression.class, new ToStringSerializerBase(Expression.class) {
            @Override
            public String valueToString(Object value) {
                return ((Expression) value).text();
            }
        });
        return module;
    }

    static JsonNode of(Config config) {
        ObjectNode view = JSON.valueToTree(config);
        ObjectNode settings = (ObjectNode) view.path("source").path("settings");
        List<String> names =
                new ArrayList<>(config.source().settings().debezium().keySet());
        names.forEach(name -> ((ObjectNode) settings.get("debezium")).put(name, "***"));
        return view;
    }
}
