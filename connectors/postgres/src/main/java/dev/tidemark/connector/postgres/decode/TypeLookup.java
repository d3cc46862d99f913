package dev.tidemark.connector.postgres.decode;

import dev.tidemark.connector.postgres.catalog.PostgresCatalog;
import dev.tidemark.connector.postgres.catalog.PostgresCatalog.Found;
import dev.tidemark.connector.postgres.connection.Database;
import dev.tidemark.connector.postgres.value.PgType;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The catalog's types, for the converter that Debezium creates by name: {@link #register} makes one known under a name that the converter's
 * properties hold.
 */
public final class TypeLookup {

    private static final Map<String, TypeLookup> BY_NAME = new ConcurrentHashMap<>();

    private static final String TABLE = "SELECT c.oid::int8 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n"
            + " ON n.oid = c.relnamespace WHERE n.nspname || '.' || c.relname = ? AND c.relkind IN ('r', 'p')";

    private final Database database;
    private final Map<Integer, PgType> types = new ConcurrentHashMap<>();

    private TypeLookup(Database database) {
        this.database = database;
    }

    public static void register(String name, Database database) {
        BY_NAME.put(name, new TypeLookup(database));
    }

    static TypeLookup named(String name) {
        TypeLookup found = BY_NAME.get(name);
        if (found == null) {
            throw new IllegalStateException("no types are known for " + name);
        }
        return found;
    }

    /** Returns the type of that oid, which is never a domain's; a type that was dropped is text. */
    PgType type(int oid) {
        return types.computeIfAbsent(oid, wanted -> database.ask(open -> new PostgresCatalog(open).type(wanted)));
    }

    /** Returns the columns of a table by their names; none if it was dropped. */
    Map<String, Found> columns(String table) {
        return database.ask(connection -> {
            Map<String, Found> columns = new HashMap<>();
            try (PreparedStatement statement = connection.prepareStatement(TABLE)) {
                statement.setString(1, table);
                try (ResultSet rows = statement.executeQuery()) {
                    if (rows.next()) {
                        new PostgresCatalog(connection).each(rows.getLong(1), columns::put);
                    }
                }
            }
            return columns;
        });
    }
}
