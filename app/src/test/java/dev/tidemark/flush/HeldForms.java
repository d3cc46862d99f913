package dev.tidemark.flush;

import dev.tidemark.collection.Target;
import dev.tidemark.flush.sweep.DeleteGuard;
import dev.tidemark.ids.IdSpool;
import java.io.IOException;
import java.util.Map;

/** Writes what the guard of deletes keeps in a state directory. */
public final class HeldForms {

    private HeldForms() {}

    /** Holds a TRUNCATE, a dropped table and a list of deletes back, and keeps a document whose row was not found. */
    public static void write(DeleteGuard guard, Target truncated, Target dropped, Target listed) throws IOException {
        guard.holdTruncate(truncated, false);
        guard.holdTruncate(dropped, true);
        try (IdSpool gone = guard.spool()) {
            for (int id = 1; id <= 30; id++) {
                gone.add(String.valueOf(id));
            }
            guard.holds(listed, gone, 40, 0);
        }
        guard.suspects().add(listed, Map.of("41", new String[] {"41"}), 4711);
        guard.suspects().deleted(listed, 2);
        guard.suspects().save();
    }
}
