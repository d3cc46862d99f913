package dev.tidemark.init;

import dev.tidemark.config.CollectionName;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.TableId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A configuration for chosen tables, as text. */
public final class DraftYaml {

    private final SourceUrl source;
    private final String pipeline;
    private final List<TableInfo> tables;
    private final Map<TableId, String> leftOut;

    /**
     * Creates a draft.
     *
     * @param leftOut tables that cannot be used as they are, and why
     */
    public DraftYaml(SourceUrl source, String pipeline, List<TableInfo> tables, Map<TableId, String> leftOut) {
        this.source = source;
        this.pipeline = pipeline;
        this.tables = tables;
        this.leftOut = leftOut;
    }

    /** Returns the file's text. */
    public String text() {
        StringBuilder yaml = new StringBuilder();
        yaml.append("# yaml-language-server: $schema=schema/tidemark.schema.json\n");
        yaml.append("# Written by 'tidemark init'. All keys: docs/reference/configuration.md\n");
        yaml.append("name: ").append(pipeline).append('\n');
        yaml.append("source:\n  ").append(source.kind()).append(":\n");
        yaml.append("    host: ").append(quoted(source.host())).append('\n');
        if (source.port() >= 0) {
            yaml.append("    port: ").append(source.port()).append('\n');
        }
        if (source.kind().equals("postgres")) {
            yaml.append("    database: ").append(quoted(source.database())).append('\n');
        }
        yaml.append("    user: tidemark\n    password: ${DB_PASSWORD}\n");
        yaml.append("sink:\n  typesense:\n    nodes: http://127.0.0.1:8108\n    apiKey: ${TYPESENSE_API_KEY}\n");
        yaml.append("# Without 'fields' every column is taken, also those that are added later.\ndocuments:\n");
        Map<String, Integer> names = new HashMap<>();
        tables.forEach(table -> names.merge(table.schema().table().table(), 1, Integer::sum));
        Set<String> taken = new HashSet<>();
        for (TableInfo table : tables) {
            document(table, names, taken, yaml);
        }
        leftOut.forEach((table, why) -> yaml.append("  # - table: ")
                .append(quoted(table.toString()))
                .append("  # ")
                .append(why)
                .append('\n'));
        return yaml.toString();
    }

    private static void document(TableInfo table, Map<String, Integer> names, Set<String> taken, StringBuilder yaml) {
        TableId id = table.schema().table();
        yaml.append("  - table: ").append(quotedIfNeeded(id.toString())).append('\n');
        String collection = id.table();
        if (names.getOrDefault(collection, 0) > 1 || !CollectionName.isValid(collection)) {
            collection = (id.schema() + "_" + id.table()).replaceAll("[^\\p{L}\\p{N}_.-]", "_");
            while (!taken.add(collection)) {
                collection += "_";
            }
            yaml.append("    collection: ").append(quotedIfNeeded(collection)).append('\n');
        }
        List<String> fields = new ArrayList<>();
        for (Column column : table.schema().columns()) {
            // A key named id is the document's id, and needs no field.
            if (table.key().equals(List.of("id")) && column.name().equals("id")) {
                continue;
            }
            String why = FieldChoice.leftOut(column);
            fields.add(why.isEmpty() ? FieldChoice.line(column) : "# " + quoted(column.name()) + ": left out, " + why);
        }
        if (fields.stream().anyMatch(line -> !line.startsWith("#"))) {
            yaml.append("    fields:\n");
            fields.forEach(line -> yaml.append("      ").append(line).append('\n'));
        }
    }

    private static String quotedIfNeeded(String text) {
        return text.matches("[A-Za-z_][A-Za-z0-9_.]*") ? text : quoted(text);
    }

    /** Returns a text in double quotes, in which references to variables are literal. */
    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.replace("${", "$${").codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').appendCodePoint(c);
            } else if (Character.isISOControl(c)) {
                quoted.append(String.format("\\x%02x", c));
            } else {
                quoted.appendCodePoint(c);
            }
        });
        return quoted.append('"').toString();
    }
}
