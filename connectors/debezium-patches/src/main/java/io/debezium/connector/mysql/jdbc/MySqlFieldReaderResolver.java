package io.debezium.connector.mysql.jdbc;

import io.debezium.connector.binlog.jdbc.BinlogFieldReader;
import io.debezium.connector.mysql.MySqlConnectorConfig;
import io.debezium.relational.Column;
import io.debezium.relational.Table;
import io.debezium.relational.TableId;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for Debezium's class of this name, which it precedes in the class path: a snapshot's text is what the server answers, in UTF-8.
 * Debezium takes it back to the column's character set in Java's version of it, which lacks some of its characters: they became question
 * marks. What keeps it in step with Debezium 3.6.1.Final: FieldReaderTest.
 */
public final class MySqlFieldReaderResolver {

    private MySqlFieldReaderResolver() {}

    /** Called by Debezium's task. The text protocol only: no cursor is used ({@code ValueConverter.ENGINE}). */
    public static BinlogFieldReader resolve(MySqlConnectorConfig config) {
        return new MySqlTextProtocolFieldReader(config) {
            /** The driver fails at a ZEROFILL decimal without digits before the point: it fills up what is longer already. */
            @Override
            public @Nullable Object readField(ResultSet rows, int index, Column column, Table table)
                    throws SQLException {
                if (!column.typeName().toUpperCase(Locale.ROOT).endsWith(" ZEROFILL")
                        || column.jdbcType() != Types.DECIMAL && column.jdbcType() != Types.NUMERIC) {
                    return super.readField(rows, index, column, table);
                }
                byte[] digits = rows.getBytes(index);
                return digits == null ? null : new BigDecimal(new String(digits, StandardCharsets.US_ASCII));
            }

            /** It is asked only for text, whether to make bytes of it. */
            @Override
            protected boolean hasValueConverter(Column column, TableId table) {
                return false;
            }
        };
    }
}
