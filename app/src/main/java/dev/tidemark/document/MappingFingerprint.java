package dev.tidemark.document;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidemark.config.Config;
import dev.tidemark.config.Destination;
import dev.tidemark.config.DocumentId;
import dev.tidemark.config.DocumentSource;
import dev.tidemark.config.Expression;
import dev.tidemark.config.Located;
import dev.tidemark.connector.Join;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.sink.CollectionInfo;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Text that changes when documents of a table would come out differently: table, collection, id, fields, statements, selection,
 * rules. It is stored, so its form is versioned: {@code v2} is followed by a hash of each part of the mapping, such as {@code
 * fields=0123456789abcdef}; a part that the mapping does not have is left out. A hash is computed from canonical JSON whose keys
 * are written here, in alphabetical order if they are names of the mapping, so it depends on no name of a Java type. A text of an
 * earlier version is still recognized, see {@link LegacyFingerprint}.
 */
public final class MappingFingerprint {

    private static final String VERSION = "v2";
    private static final String TABLE = "table";
    private static final String COLLECTION = "collection";
    private static final String ID = "id";
    private static final int HASH_BYTES = 8;
    private static final Pattern FORM = Pattern.compile(VERSION + "(?: [a-z]+=[0-9a-f]{16})+");
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Map<String, JsonNode> parts;
    private final LegacyFingerprint legacy;

    private MappingFingerprint(Map<String, JsonNode> parts, LegacyFingerprint legacy) {
        this.parts = parts;
        this.legacy = legacy;
    }

    /** Returns the fingerprint of a document of the configuration, in a collection. */
    public static MappingFingerprint of(Config.Document document, TableInfo table, CollectionInfo collection) {
        Map<String, JsonNode> parts = new LinkedHashMap<>();
        parts.put(TABLE, JSON.textNode(table.schema().table().toString()));
        parts.put(
                COLLECTION,
                document.destination() instanceof Destination.Dynamic dynamic
                        ? expression(dynamic.expression())
                        : named(collection.name()));
        parts.put(ID, id(document, table));
        if (document.fields() != null) {
            parts.put("fields", fields(document.fields()));
        }
        if (document.source() instanceof DocumentSource.Joined joined) {
            parts.put("joined", joined(joined, table.definition()));
        }
        if (!document.selection().isEmpty()) {
            parts.put("rows", rows(document.selection()));
        }
        if (!document.validation().rules().isEmpty()) {
            parts.put("rules", rules(document.validation()));
        }
        return new MappingFingerprint(parts, new LegacyFingerprint(document, table, collection));
    }

    /** Returns the text to be stored. */
    public String text() {
        StringBuilder text = new StringBuilder(VERSION);
        hashes().forEach((part, hash) ->
                text.append(' ').append(part).append('=').append(hash));
        return text.toString();
    }

    /** Returns the canonical JSON of each part, by its name: the input of the hashes. */
    Map<String, JsonNode> canonical() {
        return parts;
    }

    /** Returns whether a stored text, of this or an earlier version, is of the same mapping. */
    public boolean matches(String stored) {
        return stored.equals(text()) || stored.equals(legacy.text());
    }

    /** Returns whether a stored text is of the same table and collection; the rest of the mapping may differ. */
    public boolean hasSamePlace(String stored) {
        if (!isOfThisVersion(stored)) {
            return legacy.hasSamePlace(stored);
        }
        Map<String, String> then = hashes(stored);
        return List.of(TABLE, COLLECTION).stream().allMatch(part -> hash(part).equals(then.get(part)));
    }

    /** Returns whether documents have other ids than those that were written by the mapping of a stored text. */
    public boolean hasOtherIds(String stored) {
        return isOfThisVersion(stored)
                ? hasSamePlace(stored) && !hash(ID).equals(hashes(stored).get(ID))
                : legacy.hasOtherIds(stored);
    }

    /** Returns a description of how the mapping of a stored text differs. */
    public String difference(String stored) {
        if (!isOfThisVersion(stored)) {
            return "it was: " + stored + "; it is: " + legacy.text();
        }
        Map<String, String> then = hashes(stored);
        Map<String, String> now = hashes();
        List<String> changed = new ArrayList<>();
        Map<String, String> all = new LinkedHashMap<>(now);
        then.forEach(all::putIfAbsent);
        for (String part : all.keySet()) {
            String hash = now.get(part);
            if (hash == null || !hash.equals(then.get(part))) {
                changed.add(part);
            }
        }
        return "changed: " + String.join(", ", changed);
    }

    /** Returns whether a stored text is of a mapping into the collection with that concrete name. */
    public static boolean isOfCollection(String stored, String collection) {
        return isOfThisVersion(stored)
                ? hash(named(collection)).equals(hashes(stored).get(COLLECTION))
                : LegacyFingerprint.isOfCollection(stored, collection);
    }

    private static boolean isOfThisVersion(String stored) {
        return FORM.matcher(stored).matches();
    }

    private String hash(String part) {
        return hash(parts.getOrDefault(part, JSON.nullNode()));
    }

    private Map<String, String> hashes() {
        Map<String, String> hashes = new LinkedHashMap<>();
        parts.forEach((part, json) -> hashes.put(part, hash(json)));
        return hashes;
    }

    private static Map<String, String> hashes(String stored) {
        Map<String, String> hashes = new LinkedHashMap<>();
        for (String each : stored.substring(VERSION.length() + 1).split(" ", -1)) {
            int equals = each.indexOf('=');
            hashes.put(each.substring(0, equals), each.substring(equals + 1));
        }
        return hashes;
    }

    private static String hash(JsonNode json) {
        return sha256(json.toString());
    }

    /** Returns the beginning of a SHA-256, in hexadecimal. */
    static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JVM has it
        }
    }

    private static ObjectNode named(String collection) {
        return JSON.objectNode().put("name", collection);
    }

    private static ObjectNode expression(Expression expression) {
        return JSON.objectNode().put("cel", expression.text().strip());
    }

    private static ObjectNode id(Config.Document document, TableInfo table) {
        ObjectNode id = document.id() instanceof DocumentId.Computed computed
                ? expression(computed.expression())
                : JSON.objectNode();
        ArrayNode columns = id.putArray("columns");
        table.key().forEach(columns::add);
        return id.put("prefix", document.idPrefix());
    }

    private static ObjectNode fields(Map<String, Config.Field> fields) {
        ObjectNode all = JSON.objectNode();
        new TreeMap<>(fields).forEach((name, field) -> all.set(name, field(name, field)));
        return all;
    }

    private static ObjectNode field(String name, Config.Field field) {
        ObjectNode json = JSON.objectNode();
        if (field.cel() != null) {
            json.put("cel", field.cel().text().strip());
        } else if (field.point() != null) {
            json.put("lat", field.point().lat()).put("lon", field.point().lon());
        } else {
            json.put("column", field.column() == null ? name : field.column());
        }
        put(json, "type", field.type());
        return json;
    }

    private static ObjectNode joined(DocumentSource.Joined joined, @Nullable String definition) {
        ObjectNode json = JSON.objectNode();
        put(json, "definition", definition == null ? null : oneLine(definition));
        ArrayNode dependencies = json.putArray("dependsOn");
        for (Join.Dependency each : joined.dependencies()) {
            ObjectNode dependency = dependencies.addObject();
            ArrayNode columns = dependency.putArray("columns");
            each.columns().forEach(columns::add);
            put(
                    dependency,
                    "select",
                    each.select() == null ? null : oneLine(each.select().toString()));
            dependency.put("table", each.table().toString());
        }
        if (joined.statement() instanceof Join.Query query) {
            put(json, "query", oneLine(query.select().toString()));
        } else if (joined.statement() instanceof Join.View view) {
            put(json, "view", view.name().toString());
        }
        return json;
    }

    /** Puts a statement on one line: its line breaks and indentation do not change its result. */
    private static String oneLine(String sql) {
        return sql.replaceAll("\\s+", " ");
    }

    private static ObjectNode rows(Config.Selection selection) {
        ObjectNode json = JSON.objectNode();
        Located softDelete = selection.softDelete();
        put(json, "softDelete", softDelete == null ? null : softDelete.text());
        Expression where = selection.where();
        put(json, "where", where == null ? null : where.text().strip());
        return json;
    }

    private static ObjectNode rules(Config.Validation validation) {
        ObjectNode json = JSON.objectNode();
        json.put("onInvalid", onInvalid(validation.onInvalid()));
        ObjectNode rules = json.putObject("require");
        new TreeMap<>(validation.rules()).forEach((field, rule) -> rules.set(field, rule(rule)));
        return json;
    }

    private static String onInvalid(Config.OnInvalid onInvalid) {
        return switch (onInvalid) {
            case DEAD_LETTER -> "dead-letter";
            case SKIP -> "skip";
            case STOP -> "stop";
        };
    }

    private static ObjectNode rule(Config.Rule rule) {
        ObjectNode json = JSON.objectNode();
        json.put("email", rule.email());
        if (rule.length() != null) {
            json.set("length", bounds(rule.length()));
        }
        if (rule.range() != null) {
            json.set("range", bounds(rule.range()));
        }
        put(json, "regex", rule.regex() == null ? null : rule.regex().toString());
        return json.put("required", rule.required());
    }

    private static ObjectNode bounds(Config.Bounds bounds) {
        ObjectNode json = JSON.objectNode();
        put(json, "max", number(bounds.max()));
        put(json, "min", number(bounds.min()));
        return json;
    }

    private static @Nullable String number(@Nullable BigDecimal value) {
        return value == null ? null : value.stripTrailingZeros().toString();
    }

    private static void put(ObjectNode json, String key, @Nullable String value) {
        if (value != null) {
            json.put(key, value);
        }
    }
}
