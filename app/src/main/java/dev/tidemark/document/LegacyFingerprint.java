package dev.tidemark.document;

import dev.tidemark.config.Config;
import dev.tidemark.config.Destination;
import dev.tidemark.config.DocumentId;
import dev.tidemark.config.DocumentSource;
import dev.tidemark.config.Expression;
import dev.tidemark.connector.Join;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.sink.CollectionInfo;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Fingerprint of a mapping as versions before {@code v2} stored it: prose, with parts in the form that Java's records print. It
 * is spelled out here, so it stays exactly what was stored even if types are renamed. Never change it.
 */
final class LegacyFingerprint {

    private final String place;
    private final String identity;
    private final boolean computedId;
    private final String text;

    LegacyFingerprint(Config.Document document, TableInfo table, CollectionInfo collection) {
        place = table.schema().table().schema() + "." + table.schema().table().table() + " -> "
                + (document.destination() instanceof Destination.Dynamic dynamic
                        ? quoted(dynamic.expression())
                        : collection.name())
                + " by ";
        computedId = document.hasComputedId();
        String columns = place + document.idPrefix() + String.join(":", table.key());
        identity =
                document.id() instanceof DocumentId.Computed id ? columns + "; id " + quoted(id.expression()) : columns;
        text = identity + rest(document, table);
    }

    String text() {
        return text;
    }

    boolean hasSamePlace(String stored) {
        return stored.startsWith(place);
    }

    boolean hasOtherIds(String stored) {
        boolean same = stored.equals(identity) || stored.startsWith(identity + ";");
        boolean idIsMore = !computedId && stored.startsWith(identity + "; id `");
        return hasSamePlace(stored) && (!same || idIsMore);
    }

    static boolean isOfCollection(String stored, String collection) {
        return stored.contains("-> " + collection + " by ");
    }

    private static String quoted(Expression expression) {
        return "`" + expression.text().strip() + "`";
    }

    private static String rest(Config.Document document, TableInfo table) {
        StringBuilder text = new StringBuilder();
        Map<String, Config.Field> fields = document.fields();
        if (fields != null) {
            fields.forEach((name, field) -> text.append("; ")
                    .append(name)
                    .append(" = ")
                    .append(origin(name, field))
                    .append(' ')
                    .append(field.type() == null ? "default" : field.type()));
        }
        if (document.source() instanceof DocumentSource.Joined joined) {
            text.append("; joined by ").append(joined(joined, table.definition()));
        }
        Config.Selection selection = document.selection();
        if (selection.where() != null) {
            text.append("; where ").append(quoted(selection.where()));
        }
        if (selection.softDelete() != null) {
            text.append("; soft delete by ").append(selection.softDelete().text());
        }
        if (!document.validation().rules().isEmpty()) {
            text.append("; require ").append(rules(document.validation().rules()));
            text.append(", else ").append(onInvalid(document.validation().onInvalid()));
        }
        return text.toString();
    }

    private static String origin(String name, Config.Field field) {
        if (field.cel() != null) {
            return quoted(field.cel());
        }
        return field.point() != null
                ? "Point[lat=" + field.point().lat() + ", lon=" + field.point().lon() + "]"
                : Objects.requireNonNullElse(field.column(), name);
    }

    private static String joined(DocumentSource.Joined joined, @Nullable String definition) {
        StringJoiner dependencies = new StringJoiner(", ", "[", "]");
        for (Join.Dependency each : joined.dependencies()) {
            dependencies.add("Dependency[table=" + each.table().schema() + "."
                    + each.table().table() + ", columns=[" + String.join(", ", each.columns()) + "], select="
                    + each.select() + "]");
        }
        String statement = joined.statement() instanceof Join.Query query
                ? query.select() + " "
                : " " + ((Join.View) joined.statement()).name().schema() + "."
                        + ((Join.View) joined.statement()).name().table();
        String all = statement + " " + dependencies + (definition == null ? "" : definition);
        return MappingFingerprint.sha256(all.replaceAll("\\s+", " "));
    }

    private static String rules(Map<String, Config.Rule> rules) {
        StringJoiner all = new StringJoiner(", ", "{", "}");
        rules.forEach((field, rule) -> all.add(field + "=Rule[required=" + rule.required() + ", range="
                + bounds(rule.range()) + ", length=" + bounds(rule.length()) + ", regex=" + rule.regex() + ", email="
                + rule.email() + "]"));
        return all.toString();
    }

    private static String bounds(Config.@Nullable Bounds bounds) {
        return bounds == null ? "null" : "Bounds[min=" + bounds.min() + ", max=" + bounds.max() + "]";
    }

    private static String onInvalid(Config.OnInvalid onInvalid) {
        return switch (onInvalid) {
            case DEAD_LETTER -> "DEAD_LETTER";
            case SKIP -> "SKIP";
            case STOP -> "STOP";
        };
    }
}
