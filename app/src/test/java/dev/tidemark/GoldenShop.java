package dev.tidemark;

import dev.tidemark.config.Config;
import dev.tidemark.config.DocumentSource;
import dev.tidemark.config.read.ConfigLoader;
import dev.tidemark.connector.Join;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.ColumnType;
import dev.tidemark.connector.data.ColumnType.Kind;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.mysql.MySqlConnectorFactory;
import dev.tidemark.connector.postgres.PostgresConnectorFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** A mapping that uses each feature, {@code golden/shop.yml}, and the tables that it names. */
public final class GoldenShop {

    static final String VIEW = "SELECT carts.id, carts.open FROM carts";

    private static final Path YAML = Path.of("src/test/resources/golden/shop.yml");
    private static final ColumnType TEXT = ColumnType.of(Kind.TEXT);
    private static final ColumnType INT64 = ColumnType.of(Kind.INT64);

    private GoldenShop() {}

    /** Reads the configuration from a directory of its own, in which its state directory is. */
    public static Config config(Path directory) throws IOException {
        return config(directory, "", "");
    }

    /** As {@link #config(Path)}, with a text of the file replaced. */
    public static Config config(Path directory, String text, String replacement) throws IOException {
        String yaml = Files.readString(YAML);
        if (!yaml.contains(text)) {
            throw new IllegalArgumentException(text);
        }
        Path file = directory.resolve("tidemark.yml");
        Files.writeString(file, text.isEmpty() ? yaml : yaml.replace(text, replacement));
        return ConfigLoader.load(file, List.of(new PostgresConnectorFactory(), new MySqlConnectorFactory()), Map.of());
    }

    /** Returns the tables, without joined documents. */
    static Map<TableId, TableInfo> tables() {
        Map<TableId, TableInfo> tables = new LinkedHashMap<>();
        put(tables, table("kinds", "id", kinds()));
        put(
                tables,
                table(
                        "items",
                        "id",
                        List.of(
                                column("id", INT64),
                                column("shop", INT64),
                                column("sku", TEXT),
                                column("name", TEXT),
                                column("price", ColumnType.decimal(10)),
                                column("latitude", ColumnType.of(Kind.FLOAT64)),
                                column("longitude", ColumnType.of(Kind.FLOAT64)),
                                column("attributes", ColumnType.of(Kind.JSON)),
                                column("seen_at", ColumnType.of(Kind.TIMESTAMP)),
                                column("deleted_at", ColumnType.of(Kind.TIMESTAMP)))));
        put(tables, table("shared_eu", "id", List.of(column("id", INT64), column("owner", INT64))));
        put(tables, table("shared_us", "id", List.of(column("id", INT64), column("owner", INT64))));
        put(tables, table("owners", "id", List.of(column("id", INT64), column("name", TEXT))));
        put(
                tables,
                table("shops", "region", List.of(column("region", INT64), column("code", TEXT), column("name", TEXT))));
        put(tables, table("tenant_items", "id", List.of(column("id", INT64), column("tenant", TEXT))));
        put(tables, table("orders", "id", List.of(column("id", INT64), column("total", ColumnType.decimal(12)))));
        put(tables, table("carts", "id", List.of(column("id", INT64), column("open", ColumnType.of(Kind.BOOL)))));
        return tables;
    }

    /** Returns what the query of the orders yields. */
    static TableInfo orders() {
        return table(
                "orders",
                "id",
                List.of(column("id", INT64), column("total", ColumnType.decimal(12)), column("customer", TEXT)));
    }

    /** Returns what a document is made of. */
    public static TableInfo table(Config.Document document) {
        TableInfo rows = Objects.requireNonNull(tables().get(document.table().id()));
        TableInfo table = !(document.source() instanceof DocumentSource.Joined joined)
                ? rows
                : joined.statement() instanceof Join.View ? rows.definedBy(VIEW) : orders();
        return table.keyedAs(document.table());
    }

    private static List<Column> kinds() {
        List<Column> columns = new ArrayList<>(List.of(column("id", INT64)));
        for (Kind kind : Kind.values()) {
            if (kind != Kind.ARRAY) {
                columns.add(column(kind.name().toLowerCase(Locale.ROOT) + "_value", ColumnType.of(kind)));
            }
        }
        columns.add(column("amount", ColumnType.decimal(12)));
        columns.add(column("tags", ColumnType.arrayOf(TEXT)));
        columns.add(column("grid", ColumnType.arrayOf(ColumnType.arrayOf(ColumnType.of(Kind.INT32)))));
        return columns;
    }

    private static Column column(String name, ColumnType type) {
        return new Column(name, type, !name.equals("id"));
    }

    private static TableInfo table(String name, String key, List<Column> columns) {
        return new TableInfo(new RowSchema(new TableId("public", name), columns), List.of(key), 100);
    }

    private static void put(Map<TableId, TableInfo> tables, TableInfo table) {
        tables.put(table.schema().table(), table);
    }
}
