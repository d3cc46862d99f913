package dev.tidemark.config.yaml;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidemark.config.Config;
import dev.tidemark.config.Destination;
import dev.tidemark.config.DocumentId;
import dev.tidemark.config.DocumentSource;
import dev.tidemark.config.Expression;
import dev.tidemark.connector.Join;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.SqlTemplate;
import dev.tidemark.connector.tls.Identity;
import dev.tidemark.connector.tls.Tls;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Counterpart of the readers: writes a configuration as JSON that has the keys and notations of the YAML file, defaults included,
 * so it can be read back as one. Invariant 8: a secret is written as {@value #MASKED}, and so is each value of the further
 * Debezium properties, which may be a secret.
 */
public final class ConfigWriter {

    /** Replacement of a secret. */
    static final String MASKED = "***";

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,8}");

    private ConfigWriter() {}

    /** Returns the configuration, with one entry of {@code documents} for each table. */
    public static ObjectNode write(Config config) {
        ObjectNode root = JSON.objectNode();
        root.put("name", config.name());
        put(root, "state", config.state());
        root.putObject("source")
                .set(config.source().kind(), source(config.source().settings()));
        root.putObject("sink").set("typesense", typesense(config.sink()));
        root.putObject("queue")
                .put("changes", config.queue().changes())
                .put("bytes", Quantities.describe(config.queue().bytes()));
        root.putObject("flush")
                .put("interval", Quantities.describe(config.flush().interval()))
                .put("documents", config.flush().documents())
                .put("bytes", Quantities.describe(config.flush().bytes()))
                .put("onReject", onReject(config.flush().onReject()));
        root.set("http", http(config.http()));
        root.putObject("deadLetters")
                .put("bytes", Quantities.describe(config.deadLetters().bytes()));
        ObjectNode load = root.putObject("load").put("readers", config.load().readers());
        if (config.load().hours() != null) {
            load.put("hours", config.load().hours().toString());
        }
        root.putObject("guard")
                .put("documents", config.guard().documents())
                .put("percent", config.guard().percent())
                .put("truncate", truncate(config.guard().truncate()));
        root.putObject("doubts").put("maxAutomatic", config.doubts().maxAutomatic());
        ArrayNode documents = root.putArray("documents");
        config.documents().forEach(document -> documents.add(document(document)));
        return root;
    }

    private static ObjectNode source(SourceSettings settings) {
        ObjectNode json = JSON.objectNode();
        put(json, "host", settings.host());
        json.put("port", settings.port());
        if (!settings.database().isEmpty()) {
            put(json, "database", settings.database());
        }
        put(json, "user", settings.user());
        json.put("password", MASKED);
        json.put(
                "snapshot",
                switch (settings.snapshot()) {
                    case INITIAL -> "initial";
                    case NEVER -> "never";
                    case ALWAYS -> "always";
                });
        json.put("heartbeat", Quantities.describe(settings.heartbeat()));
        new TreeMap<>(settings.options()).forEach((key, value) -> {
            if (NUMBER.matcher(value).matches()) {
                json.put(key, Integer.parseInt(value));
            } else {
                put(json, key, value);
            }
        });
        put(json, "tls", settings.tls());
        ObjectNode debezium = json.putObject("debezium");
        new TreeMap<>(settings.debezium()).forEach((key, value) -> debezium.put(key, MASKED));
        json.putObject("reads")
                .put("maxConnections", settings.reads().maxConnections())
                .put("statementTimeout", Quantities.describe(settings.reads().statementTimeout()))
                .put("queriesPerSecond", settings.reads().queriesPerSecond());
        return json;
    }

    private static ObjectNode typesense(Config.Typesense sink) {
        ObjectNode json = JSON.objectNode();
        ArrayNode nodes = json.putArray("nodes");
        sink.nodes().forEach(node -> nodes.add(literal(node.toString())));
        json.put("apiKey", MASKED);
        json.put("timeout", Quantities.describe(sink.timeout()));
        put(json, "tls", sink.tls());
        return json;
    }

    private static ObjectNode http(Config.Http http) {
        ObjectNode json = JSON.objectNode();
        put(json, "address", http.address());
        json.put("port", http.port());
        if (http.token() != null) {
            json.put("token", MASKED);
        }
        if (http.tls() != null) {
            put(json.putObject("tls"), http.tls());
        }
        json.set("hosts", texts(http.hosts()));
        return json;
    }

    private static ObjectNode document(Config.Document document) {
        ObjectNode json = JSON.objectNode();
        put(json, "table", document.table().id().toString());
        if (document.destination() instanceof Destination.Dynamic dynamic) {
            put(json.putObject("collection"), "cel", dynamic.expression());
        } else {
            put(json, "collection", document.collection());
        }
        json.put("create", document.create());
        json.put("adopt", document.adopt());
        if (document.id() instanceof DocumentId.Computed computed) {
            put(json.putObject("id"), "cel", computed.expression());
        } else if (!document.table().key().isEmpty()) {
            json.set("id", texts(document.table().key()));
        }
        if (!document.idPrefix().isEmpty()) {
            put(json, "idPrefix", document.idPrefix());
        }
        if (document.source() instanceof DocumentSource.Joined joined) {
            joined(json, joined);
        }
        put(json, "where", document.selection().where());
        if (document.selection().softDelete() != null) {
            put(json, "softDelete", document.selection().softDelete().text());
        }
        if (document.deleteWhere() != null) {
            ObjectNode deleteWhere = json.putObject("deleteWhere");
            put(deleteWhere, "table", document.deleteWhere().table().toString());
            put(deleteWhere, "filter", document.deleteWhere().filter());
        }
        if (document.fields() != null) {
            ObjectNode fields = json.putObject("fields");
            document.fields().forEach((name, field) -> fields.set(name, field(field)));
        }
        if (!document.validation().rules().isEmpty()) {
            ObjectNode rules = json.putObject("require");
            document.validation().rules().forEach((field, rule) -> rules.set(field, rule(rule)));
            json.put("onInvalid", onInvalid(document.validation().onInvalid()));
        }
        return json;
    }

    private static void joined(ObjectNode json, DocumentSource.Joined joined) {
        if (joined.statement() instanceof Join.Query query) {
            put(json, "query", query.select().toString());
        } else if (joined.statement() instanceof Join.View view) {
            put(json, "view", view.name().toString());
        }
        ArrayNode dependencies = json.putArray("dependsOn");
        for (Join.Dependency each : joined.dependencies()) {
            ObjectNode dependency = dependencies.addObject();
            put(dependency, "table", each.table().toString());
            SqlTemplate select = each.select();
            put(
                    dependency,
                    "ids",
                    select == null
                            ? each.columns().stream()
                                    .map(column -> ":" + column)
                                    .collect(Collectors.joining(", "))
                            : select.toString());
        }
    }

    private static ObjectNode field(Config.Field field) {
        ObjectNode json = JSON.objectNode();
        if (field.column() != null) {
            put(json, "column", field.column());
        }
        if (field.point() != null) {
            put(json, "lat", field.point().lat());
            put(json, "lon", field.point().lon());
        }
        put(json, "cel", field.cel());
        if (field.type() != null) {
            json.put("type", field.type());
        }
        put(json, "facet", field.facet());
        put(json, "optional", field.optional());
        put(json, "index", field.index());
        put(json, "sort", field.sort());
        return json;
    }

    private static ObjectNode rule(Config.Rule rule) {
        ObjectNode json = JSON.objectNode();
        json.put("required", rule.required());
        put(json, "range", rule.range());
        put(json, "length", rule.length());
        if (rule.regex() != null) {
            put(json, "regex", rule.regex().toString());
        }
        json.put("email", rule.email());
        return json;
    }

    private static String onReject(Config.OnReject onReject) {
        return switch (onReject) {
            case DEAD_LETTER -> "dead-letter";
            case STOP -> "stop";
        };
    }

    private static String truncate(Config.OnTruncate truncate) {
        return switch (truncate) {
            case PASS -> "pass";
            case HOLD -> "hold";
        };
    }

    private static String onInvalid(Config.OnInvalid onInvalid) {
        return switch (onInvalid) {
            case DEAD_LETTER -> "dead-letter";
            case SKIP -> "skip";
            case STOP -> "stop";
        };
    }

    /** Returns a text as the file spells it if <code>${</code> in it is not a reference. */
    private static String literal(String text) {
        return text.replace("${", "$${");
    }

    private static ArrayNode texts(List<String> texts) {
        ArrayNode array = JSON.arrayNode();
        texts.forEach(text -> array.add(literal(text)));
        return array;
    }

    private static void put(ObjectNode json, String key, String text) {
        json.put(key, literal(text));
    }

    private static void put(ObjectNode json, String key, Path path) {
        json.put(key, literal(path.toAbsolutePath().normalize().toString()));
    }

    private static void put(ObjectNode json, String key, @Nullable Expression expression) {
        if (expression != null) {
            json.put(key, literal(expression.text()));
        }
    }

    private static void put(ObjectNode json, String key, @Nullable Boolean flag) {
        if (flag != null) {
            json.put(key, flag);
        }
    }

    private static void put(ObjectNode json, String key, @Nullable Tls tls) {
        if (tls != null) {
            ObjectNode section = json.putObject(key);
            put(section, "ca", tls.ca());
            if (tls.identity() != null) {
                put(section, tls.identity());
            }
        }
    }

    private static void put(ObjectNode section, Identity identity) {
        put(section, "certificate", identity.certificate());
        put(section, "key", identity.key());
    }

    private static void put(ObjectNode json, String key, Config.@Nullable Bounds bounds) {
        if (bounds != null) {
            ObjectNode section = json.putObject(key);
            if (bounds.min() != null) {
                section.put("min", bounds.min());
            }
            if (bounds.max() != null) {
                section.put("max", bounds.max());
            }
        }
    }
}
