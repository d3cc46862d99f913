package dev.tidemark.debezium.mysql;

import io.debezium.relational.TableId;
import io.debezium.relational.Tables;
import io.debezium.relational.ddl.AbstractDdlParser;
import io.debezium.relational.ddl.DdlParser;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * Parser of the statements of one binlog, and what {@link io.debezium.connector.mysql.MySqlDatabaseSchema} asks it about the tables. The
 * thread that reads the log only. The connector registers its {@link Provider} as a service.
 */
public interface LogDdlParser extends DdlParser {

    /** Creates parsers. */
    interface Provider {

        /**
         * Creates a parser.
         *
         * @param parsers Debezium's own, the configured one first
         * @param pipeline the engine's name
         */
        LogDdlParser create(List<AbstractDdlParser> parsers, String pipeline);
    }

    /** Creates a parser with the provider on the class path. */
    static LogDdlParser of(List<AbstractDdlParser> parsers, String pipeline) {
        return ServiceLoader.load(Provider.class, LogDdlParser.class.getClassLoader())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(Provider.class.getName() + " has no provider"))
                .create(parsers, pipeline);
    }

    /** Notes that statements now come from the log; the event begins there. */
    void streaming(String file, long begin);

    /** Notes that statements are now the server's answers for tables as they are. */
    void snapshot();

    /** Returns whether the last statement concerns no table, so that it need not be recorded. */
    boolean ignoredLast();

    /** Compares the tables with the server when an engine resumes; returns the statements that replace a table's columns. */
    Map<TableId, String> resume(Tables tables, String file, long position, @Nullable String gtids);

    /** Returns whether the rows of a table at that position are left out. */
    boolean isSkipped(TableId table, Tables tables, @Nullable String file, long position);

    /** Notes that rows of a table arrived whose columns are not known. */
    void unknown(TableId table);
}
