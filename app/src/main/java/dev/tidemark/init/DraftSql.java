package dev.tidemark.init;

import dev.tidemark.connector.data.TableId;
import java.util.List;
import java.util.stream.Collectors;

/** The statements that let the role {@code tidemark} follow chosen tables, as docs/quickstart.md has them. */
public final class DraftSql {

    private DraftSql() {}

    /** Returns the file's text. */
    public static String of(String kind, String pipeline, List<TableId> tables) {
        return kind.equals("postgres") ? postgres(pipeline, tables) : mySql(tables);
    }

    private static String postgres(String pipeline, List<TableId> tables) {
        String names = joined(tables, '"');
        StringBuilder sql = new StringBuilder("""
                -- Written by 'tidemark init'. Run it in the database, as the owner of the tables or a superuser.
                -- Replace the password, and export it as DB_PASSWORD for Tidemark.
                CREATE ROLE tidemark REPLICATION LOGIN PASSWORD 'change-me';
                """);
        tables.stream()
                .map(TableId::schema)
                .distinct()
                .forEach(schema -> sql.append("GRANT USAGE ON SCHEMA ")
                        .append(quoted(schema, '"'))
                        .append(" TO tidemark;\n"));
        sql.append("GRANT SELECT ON ").append(names).append(" TO tidemark;\n");
        sql.append("CREATE PUBLICATION tidemark_")
                .append(pipeline)
                .append(" FOR TABLE ")
                .append(names)
                .append(";\n");
        sql.append("""
                -- If SHOW wal_level does not answer 'logical', run this, too, and restart the server:
                -- ALTER SYSTEM SET wal_level = logical;
                -- Managed servers (RDS, Aurora, Cloud SQL, Azure, Neon, Supabase) take REPLICATION and wal_level in ways of
                -- their own: 'tidemark check' names them.
                """);
        return sql.toString();
    }

    private static String mySql(List<TableId> tables) {
        StringBuilder sql = new StringBuilder("""
                -- Written by 'tidemark init'. Run it as an administrator.
                -- Replace the password, and export it as DB_PASSWORD for Tidemark.
                CREATE USER tidemark IDENTIFIED BY 'change-me';
                GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO tidemark;
                """);
        tables.forEach(table -> sql.append("GRANT SELECT ON ")
                .append(joined(List.of(table), '`'))
                .append(" TO tidemark;\n"));
        return sql.toString();
    }

    private static String joined(List<TableId> tables, char quote) {
        return tables.stream()
                .map(table -> quoted(table.schema(), quote) + "." + quoted(table.table(), quote))
                .collect(Collectors.joining(", "));
    }

    private static String quoted(String name, char quote) {
        String mark = String.valueOf(quote);
        return mark + name.replace(mark, mark + mark) + mark;
    }
}
