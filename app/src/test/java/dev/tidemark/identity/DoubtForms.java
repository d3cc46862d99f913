package dev.tidemark.identity;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Writes what contradicts the stored identities into a state directory. */
public final class DoubtForms {

    private static final String SINCE = "2026-01-02T03:04:05Z";

    private DoubtForms() {}

    /** Records a collection that was created again and a table that was exchanged. */
    public static void write(Path state, String collection, String table) throws IOException {
        CollectionIdentities.open(state)
                .raise(
                        new CollectionDoubt(collection, 1, SINCE, "stored", "found", List.of(table), true),
                        new CollectionIdentity(List.of(1_767_323_045L, 1_767_323_046L), 0));
        TableIdentities.open(state).exchanged(new ExchangedTable(table, "99999", SINCE, "message", List.of(table)));
    }
}
