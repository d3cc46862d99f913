package dev.tidemark.connector.postgres.catalog;

import dev.tidemark.connector.Join;
import dev.tidemark.connector.base.text.ReaderWords;
import dev.tidemark.connector.data.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Views, and statements, that give each role other rows. */
public final class ReaderViews {

    /** Supabase's functions are among them: every example of its documentation has one. */
    private static final ReaderWords WORDS =
            new ReaderWords("current_user|session_user|current_role|current_setting|pg_has_role"
                    + "|has_\\w+_privilege|row_security_active|auth\\.(?:uid|role|jwt|email)");

    /** Each view of users, with the views that it reads, its own first. */
    private static final String VIEWS = """
            WITH RECURSIVE reads(top, view) AS (
                SELECT c.oid, c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relkind = 'v' AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
              UNION
                SELECT x.top, v.oid FROM reads x JOIN pg_rewrite r ON r.ev_class = x.view
                JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
                JOIN pg_class v ON v.oid = d.refobjid AND v.relkind = 'v'
            )
            SELECT tn.nspname, t.relname, x.view::regclass::text, pg_get_viewdef(x.view)
            FROM reads x JOIN pg_class t ON t.oid = x.top JOIN pg_namespace tn ON tn.oid = t.relnamespace
            ORDER BY 1, 2, x.top <> x.view, 3
            """;

    private final Connection connection;

    public ReaderViews(Connection connection) {
        this.connection = connection;
    }

    public List<String> of(Join join) throws SQLException {
        List<String> found = new ArrayList<>();
        String text = ReaderWords.textOf(join);
        WORDS.in(text).ifPresent(word -> found.add("it asks " + word));
        try (PreparedStatement statement = connection.prepareStatement(VIEWS);
                ResultSet views = statement.executeQuery()) {
            while (views.next()) {
                TableId top = new TableId(views.getString(1), views.getString(2));
                if (join.statement().equals(new Join.View(top)) || ReaderWords.names(text, top.table())) {
                    String view = views.getString(3);
                    WORDS.in(views.getString(4)).ifPresent(word -> found.add("view " + view + " asks " + word));
                }
            }
        }
        return found.stream().distinct().toList();
    }
}
