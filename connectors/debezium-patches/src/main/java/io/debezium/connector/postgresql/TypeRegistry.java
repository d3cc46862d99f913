package io.debezium.connector.postgresql;

import dev.tidemark.debezium.postgres.TypeNames;
import io.debezium.connector.postgresql.connection.PostgresConnection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.Oid;
import org.postgresql.core.TypeInfo;

/**
 * Stands in for Debezium's class of this name, which it precedes in the class path. Debezium's does not start if any schema holds a domain
 * over an enum or an enum without labels, and knows a streamed type by its name alone, which several schemas may have; here it is named by
 * its oid, and a snapshot's value is read as text. Why, and what keeps it in step with Debezium 3.6.1.Final: docs/decisions/0039-types-by-oid.md.
 */
public class TypeRegistry {

    public static final String TYPE_NAME_GEOGRAPHY = "geography";
    public static final String TYPE_NAME_GEOMETRY = "geometry";
    public static final String TYPE_NAME_CITEXT = "citext";
    public static final String TYPE_NAME_HSTORE = "hstore";
    public static final String TYPE_NAME_LTREE = "ltree";
    public static final String TYPE_NAME_ISBN = "isbn";
    public static final String TYPE_NAME_VECTOR = "vector";
    public static final String TYPE_NAME_HALF_VECTOR = "halfvec";
    public static final String TYPE_NAME_SPARSE_VECTOR = "sparsevec";
    public static final String TYPE_NAME_HSTORE_ARRAY = "_hstore";
    public static final String TYPE_NAME_GEOGRAPHY_ARRAY = "_geography";
    public static final String TYPE_NAME_GEOMETRY_ARRAY = "_geometry";
    public static final String TYPE_NAME_CITEXT_ARRAY = "_citext";
    public static final String TYPE_NAME_LTREE_ARRAY = "_ltree";
    public static final String TYPE_NAME_TSVECTOR = "tsvector";

    public static final int NO_TYPE_MODIFIER = -1;
    public static final int UNKNOWN_LENGTH = -1;
    public static final int DOMAIN_TYPE = Types.DISTINCT;

    private static final int NO_SUCH_OID = Integer.MIN_VALUE;

    private static final String TYPES = """
            SELECT t.oid::int8, n.nspname, t.typname, t.typtype, t.typbasetype::int8, t.typtypmod, coalesce(e.oid::int8, 0)
            FROM pg_catalog.pg_type t
            JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
            LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem AND e.typarray = t.oid
            """;

    /** The driver means the system's type by a name that a type of a user also has. */
    private static final String ORDER = " ORDER BY n.nspname <> 'pg_catalog', t.oid";

    private static final Map<String, String> LONG_NAMES = Map.ofEntries(
            Map.entry("bigint", "int8"),
            Map.entry("bit varying", "varbit"),
            Map.entry("boolean", "bool"),
            Map.entry("character", "bpchar"),
            Map.entry("character varying", "varchar"),
            Map.entry("double precision", "float8"),
            Map.entry("integer", "int4"),
            Map.entry("real", "float4"),
            Map.entry("smallint", "int2"),
            Map.entry("timestamp without time zone", "timestamp"),
            Map.entry("timestamp with time zone", "timestamptz"),
            Map.entry("time without time zone", "time"),
            Map.entry("time with time zone", "timetz"));

    /** One row of pg_type, which becomes a type as soon as those that it is made of are known. */
    private record Entry(int oid, String schema, String name, String kind, int parent, int modifiers, int element) {}

    private final PostgresConnection connection;
    private final TypeInfo driver;
    private final Set<String> driversOwn = new HashSet<>();
    private final Map<Integer, Entry> entries = new HashMap<>();
    private final Map<String, Integer> oids = new HashMap<>();
    private final Map<Integer, PostgresType> types = new HashMap<>();
    private final Map<String, PostgresType> named = new HashMap<>();
    private final PostgresType readAsText;

    /** Reads all types. */
    public TypeRegistry(PostgresConnection connection) {
        this.connection = connection;
        try {
            this.driver = connection.connection().unwrap(BaseConnection.class).getTypeInfo();
            driver.getPGTypeNamesWithSQLTypes().forEachRemaining(driversOwn::add);
            readAsText =
                    new PostgresType.Builder(this, "text", Oid.BIT, Types.VARCHAR, NO_TYPE_MODIFIER, driver).build();
            load("", null);
            for (Integer oid : Set.copyOf(entries.keySet())) {
                get(oid.intValue());
            }
        } catch (SQLException e) {
            throw new ConnectException("the types of the database cannot be read", e);
        }
    }

    /** Returns the type of that oid, asking the catalog if it is new. */
    public PostgresType get(int oid) {
        PostgresType known = types.get(oid);
        if (known != null) {
            return known;
        }
        try {
            if (!entries.containsKey(oid)) {
                load(" WHERE t.oid::int8 = ?", Integer.toUnsignedLong(oid));
            }
            Entry entry = entries.get(oid);
            if (entry == null) {
                return PostgresType.UNKNOWN;
            }
            PostgresType made = make(entry);
            types.put(oid, made);
            named.put(made.getName(), made);
            return made;
        } catch (SQLException e) {
            throw new ConnectException("type " + oid + " cannot be read", e);
        }
    }

    /**
     * Returns the type of that name, as {@link #get(int)} spells it. For a name of the driver's, by which Debezium chooses how it reads a
     * snapshot's value, it returns one of which Debezium reads the server's text.
     */
    public PostgresType get(String name) {
        return named.getOrDefault(name, readAsText);
    }

    /** Returns the type of that name, as {@link #get(int)} or the driver spells it. */
    public PostgresType get(String schema, String name) {
        PostgresType known = named.get(name);
        if (known != null) {
            return known;
        }
        String plain = TypeNames.plain(name);
        Integer oid = oids.get(plain);
        try {
            if (oid == null) {
                load(" WHERE t.typname = ?", TypeNames.last(plain));
                oid = oids.get(plain);
            }
        } catch (SQLException e) {
            throw new ConnectException("type " + name + " cannot be read", e);
        }
        return oid == null ? PostgresType.UNKNOWN : get(oid.intValue());
    }

    private void load(String condition, @Nullable Object wanted) throws SQLException {
        try (PreparedStatement statement = connection.connection().prepareStatement(TYPES + condition + ORDER)) {
            if (wanted != null) {
                statement.setObject(1, wanted);
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    Entry entry = new Entry(
                            (int) rows.getLong(1),
                            rows.getString(2),
                            rows.getString(3),
                            rows.getString(4),
                            (int) rows.getLong(5),
                            rows.getInt(6),
                            (int) rows.getLong(7));
                    entries.put(entry.oid(), entry);
                    oids.put(entry.schema() + "." + entry.name(), entry.oid());
                    oids.putIfAbsent(entry.name(), entry.oid());
                }
            }
        }
    }

    private PostgresType make(Entry entry) throws SQLException {
        PostgresType.Builder builder = new PostgresType.Builder(
                this, TypeNames.ofOid(entry.oid()), entry.oid(), jdbcType(entry), entry.modifiers(), driver);
        return builder.parentType(entry.parent()).elementType(entry.element()).build();
    }

    private int jdbcType(Entry entry) throws SQLException {
        if (entry.schema().equals("pg_catalog") && driversOwn.contains(entry.name())) {
            return driver.getSQLType(entry.name());
        }
        if (entry.element() != 0) {
            return Types.ARRAY;
        }
        return switch (entry.kind()) {
            case "c" -> Types.STRUCT;
            case "d" -> Types.DISTINCT;
            case "e" -> Types.VARCHAR;
            default -> Types.OTHER;
        };
    }

    public Map<String, PostgresType> getRegisteredTypes() {
        return Collections.unmodifiableMap(named);
    }

    private int oid(String name) {
        return oids.getOrDefault(name, NO_SUCH_OID);
    }

    public int geometryOid() {
        return oid(TYPE_NAME_GEOMETRY);
    }

    public int geographyOid() {
        return oid(TYPE_NAME_GEOGRAPHY);
    }

    public int citextOid() {
        return oid(TYPE_NAME_CITEXT);
    }

    public int hstoreOid() {
        return oid(TYPE_NAME_HSTORE);
    }

    public int ltreeOid() {
        return oid(TYPE_NAME_LTREE);
    }

    public int isbnOid() {
        return oid(TYPE_NAME_ISBN);
    }

    public int isbn() {
        return isbnOid();
    }

    public int hstoreArrayOid() {
        return oid(TYPE_NAME_HSTORE_ARRAY);
    }

    public int geometryArrayOid() {
        return oid(TYPE_NAME_GEOMETRY_ARRAY);
    }

    public int geographyArrayOid() {
        return oid(TYPE_NAME_GEOGRAPHY_ARRAY);
    }

    public int citextArrayOid() {
        return oid(TYPE_NAME_CITEXT_ARRAY);
    }

    public int ltreeArrayOid() {
        return oid(TYPE_NAME_LTREE_ARRAY);
    }

    public int vectorOid() {
        return oid(TYPE_NAME_VECTOR);
    }

    public int halfVectorOid() {
        return oid(TYPE_NAME_HALF_VECTOR);
    }

    public int sparseVectorOid() {
        return oid(TYPE_NAME_SPARSE_VECTOR);
    }

    public int tsVectorOid() {
        return oid(TYPE_NAME_TSVECTOR);
    }

    /** Returns the short name of a type that SQL also knows by a longer one. */
    public static String normalizeTypeName(String typeName) {
        return LONG_NAMES.getOrDefault(typeName, typeName);
    }
}
