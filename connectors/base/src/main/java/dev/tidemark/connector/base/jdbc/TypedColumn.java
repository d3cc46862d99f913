package dev.tidemark.connector.base.jdbc;

import dev.tidemark.connector.data.Column;

/** A column of a table or of a result; a connector adds what it has to know to read it. */
public interface TypedColumn {

    Column column();
}
