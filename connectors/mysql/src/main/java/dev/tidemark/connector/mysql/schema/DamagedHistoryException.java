package dev.tidemark.connector.mysql.schema;

import java.io.IOException;

/** The schema history is not what was written. */
public final class DamagedHistoryException extends IOException {

    private static final long serialVersionUID = 1L;

    DamagedHistoryException(String message) {
        super(message);
    }
}
