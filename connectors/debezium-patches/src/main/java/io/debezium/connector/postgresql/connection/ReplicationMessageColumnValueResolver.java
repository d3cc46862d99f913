package io.debezium.connector.postgresql.connection;

import io.debezium.connector.postgresql.PostgresStreamingChangeEventSource.PgConnectionSupplier;
import io.debezium.connector.postgresql.PostgresType;
import io.debezium.connector.postgresql.TypeRegistry;
import io.debezium.connector.postgresql.connection.ReplicationMessage.ColumnValue;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for Debezium's class of this name, which it precedes in the class path: a streamed value is the server's text, which the column's
 * converter reads as it reads that of a row. Debezium makes an object of it by the name of its type, which is not that type's alone. Why, and
 * what keeps it in step with Debezium 3.6.1.Final: docs/decisions/0039-types-by-oid.md.
 */
public final class ReplicationMessageColumnValueResolver {

    private ReplicationMessageColumnValueResolver() {}

    public static @Nullable Object resolveValue(
            String columnName,
            PostgresType type,
            String fullType,
            ColumnValue<?> value,
            PgConnectionSupplier connection,
            boolean includeUnknownDatatypes,
            TypeRegistry typeRegistry) {
        return value.isNull() ? null : value.asString();
    }
}
