package dev.tidemark.verify.hash;

import java.io.IOException;

/**
 * Compares both sides a part at a time, and a part that has more documents than there is room for in several passes. What is not the
 * same on both sides is a suspect: it may also have changed between the two readings. One thread.
 */
public final class HashComparison {

    /** Documents in memory at a time; each takes at most 36 bytes. */
    private static final int MAX = 50_000;

    private final HashFiles rows;
    private final HashFiles documents;
    private final int parts;
    private final int max;

    public HashComparison(HashFiles rows, HashFiles documents, int parts) {
        this(rows, documents, parts, MAX);
    }

    HashComparison(HashFiles rows, HashFiles documents, int parts, int max) {
        this.rows = rows;
        this.documents = documents;
        this.parts = parts;
        this.max = max;
    }

    /** Returns in how many passes a part is compared. */
    public long passes(int part) {
        return Math.max(1, (Math.max(rows.count(part), documents.count(part)) + max - 1) / max);
    }

    /** Hands over what is not the same on both sides in one pass over a part: once for each id. */
    public void compare(int part, long pass, HashFiles.Each suspect) throws IOException {
        long passes = passes(part);
        Table table = new Table((int) Math.min(rows.count(part), 2L * max));
        rows.read(part, row -> {
            if (isOf(row, pass, passes)) {
                table.put(row.id(), row.content());
            }
        });
        documents.read(part, document -> {
            if (isOf(document, pass, passes) && !table.take(document.id(), document.content())) {
                suspect.accept(document);
            }
        });
        rows.read(part, row -> {
            if (isOf(row, pass, passes) && table.report(row.id())) {
                suspect.accept(row);
            }
        });
    }

    private boolean isOf(HashFiles.Hashed document, long pass, long passes) {
        // The parts took the remainder: what is left of the hash decides here.
        return passes == 1 || Long.remainderUnsigned(Long.divideUnsigned(document.id(), parts), passes) == pass;
    }

    /** Hashes of rows by id; several rows may have one id. */
    private static final class Table {

        private static final byte FREE = 0;
        private static final byte OPEN = 1;
        private static final byte DONE = 2;

        private long[] ids;
        private long[] contents;
        private byte[] states;
        private int size;

        Table(int expected) {
            int slots = Integer.highestOneBit(Math.max(16, 2 * expected)) * 2;
            ids = new long[slots];
            contents = new long[slots];
            states = new byte[slots];
        }

        void put(long id, long content) {
            if (2 * size >= ids.length) {
                grow();
            }
            int slot = slot(id);
            while (states[slot] != FREE) {
                slot = next(slot);
            }
            ids[slot] = id;
            contents[slot] = content;
            states[slot] = OPEN;
            size++;
        }

        private void grow() {
            long[] oldIds = ids;
            long[] oldContents = contents;
            byte[] oldStates = states;
            ids = new long[oldIds.length * 2];
            contents = new long[ids.length];
            states = new byte[ids.length];
            size = 0;
            for (int i = 0; i < oldIds.length; i++) {
                if (oldStates[i] != FREE) {
                    put(oldIds[i], oldContents[i]);
                }
            }
        }

        /** Returns whether there is a row of that id; if one has this content, all of the id are done. */
        boolean take(long id, long content) {
            boolean found = false;
            boolean same = false;
            for (int slot = slot(id); states[slot] != FREE; slot = next(slot)) {
                found |= ids[slot] == id;
                same |= ids[slot] == id && contents[slot] == content && content != Content.NONE;
            }
            if (same) {
                done(id);
            }
            return found;
        }

        /** Returns whether no document has the content of a row of that id; true once for each id. */
        boolean report(long id) {
            boolean open = false;
            for (int slot = slot(id); states[slot] != FREE; slot = next(slot)) {
                open |= ids[slot] == id && states[slot] == OPEN;
            }
            if (open) {
                done(id);
            }
            return open;
        }

        private void done(long id) {
            for (int slot = slot(id); states[slot] != FREE; slot = next(slot)) {
                if (ids[slot] == id) {
                    states[slot] = DONE;
                }
            }
        }

        private int slot(long id) {
            return (int) (id >>> 20) & (ids.length - 1);
        }

        private int next(int slot) {
            return (slot + 1) & (ids.length - 1);
        }
    }
}
