package dev.tidemark.connector.jdbc;

import dev.tidemark.connector.Column;

/** A column of a table or of a result; a connector adds what it has to know to read it. */
public interface TypedColumn {

    Column column();
}
