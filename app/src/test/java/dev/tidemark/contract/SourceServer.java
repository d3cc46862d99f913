package dev.tidemark.contract;

import dev.tidemark.connector.ConnectorFactory;
import java.sql.Connection;
import java.sql.SQLException;

/** A real database server of either kind, and what a test has to know of the kind. */
public interface SourceServer extends AutoCloseable {

    /** The connector that reads it. */
    ConnectorFactory factory();

    String host();

    int port();

    /** What a document's {@code table} says for a table of that database. */
    String qualified(String database, String table);

    /** The settings of its connector, indented by four blanks. */
    String settings(String database);

    Connection connect(String database) throws SQLException;

    void createDatabase(String database);

    /** Runs the statements one by one, each committed by itself. */
    void execute(String database, String... statements);

    /** Takes away what a pipeline of that database left on the server. */
    void forget(String database);

    /** Something to select from: whole numbers from 1 on, in a column {@code i}. */
    String numbers(int count);

    /** The type of a text key of at most so many characters that tells all texts apart. */
    String keyText(int characters);

    /** The type of JSON values. */
    String json();

    /** A JSON array of two numbers, NULL where one of them is. */
    String array(String first, String second);

    /** Seconds since 1970 of a date or a timestamp without a zone, a whole number. */
    String seconds(String column);

    /** What makes a table's updates tell the full row before, if they do not by themselves. */
    default String[] tellRowsBefore(String table) {
        return new String[0];
    }

    /** What a table with a column {@code tenant_id} needs more for its {@code REFERENCES tenants} to count. */
    default String cascading() {
        return "";
    }

    /** A name as SQL spells it, so that its letters keep their case. */
    default String quoted(String name) {
        return '"' + name + '"';
    }

    /**
     * Returns how many rows of a table all sessions together have read, as the server counts them, perhaps with a delay of seconds; -1 if
     * it does not count.
     */
    long rowsRead(String database, String table);

    /** Stops it in order and starts it again. */
    void restart();

    /** Ends it silently. */
    void crash();

    /** Starts it after a {@link #crash}. */
    void startAgain();

    @Override
    void close();
}
