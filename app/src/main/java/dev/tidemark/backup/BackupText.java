package dev.tidemark.backup;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Human-readable description of a backup. */
public final class BackupText {

    private BackupText() {}

    /** Returns a description of the backup in one line. */
    public static String line(Manifest manifest, Path path) {
        Manifest.Complete complete = manifest.complete();
        return path + "  " + manifest.begun() + "  "
                + (complete == null
                        ? "half-made: 'tidemark backup discard --from " + path + "' takes it away"
                        : complete.position());
    }

    /** Returns a full description of the backup, line by line. */
    public static List<String> lines(Manifest manifest, Path path) {
        List<String> lines = new ArrayList<>();
        lines.add(line(manifest, path));
        Manifest.Complete complete = manifest.complete();
        if (complete == null) {
            return lines;
        }
        lines.add("  pipeline   " + manifest.pipeline() + " (" + manifest.source() + "), by tidemark "
                + manifest.tidemark());
        lines.add(
                "  kept       " + (manifest.kept() == null ? "" : "slot " + manifest.kept() + ", ") + complete.held());
        Manifest.Snapshot typesense = complete.typesense();
        lines.add("  typesense  " + typesense.path() + " on the machine of " + typesense.node());
        if (!typesense.seen()) {
            lines.add("             it cannot be seen from here: look there whether " + typesense.path()
                    + "/state/meta/raft_meta exists. Typesense reports success even if it could not write anything");
        }
        for (Manifest.Collection collection : complete.collections()) {
            lines.add("  collection " + collection.concrete() + ", " + collection.before()
                    + (collection.before() == collection.after() ? "" : " to " + collection.after()) + " documents");
        }
        return lines;
    }
}
