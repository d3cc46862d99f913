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

    /** Stops it in order and starts it again. */
    void restart();

    /** Ends it without a word. */
    void crash();

    /** Starts it after a {@link #crash}. */
    void startAgain();

    @Override
    void close();
}
