package dev.tidemark.connector.mysql.decode;

import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.TableId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * XA transactions that are prepared and neither committed nor rolled back. The log has their rows from the time
 * of the prepare, and they are changes only if the commit follows: until then they are held. One engine, one thread.
 *
 * <p>The offset from which an engine would resume stays before the oldest of them for a while, so that a restart reads it again. One that
 * stays prepared for longer does not hold it: after a restart it is unknown, and its commit is followed by a reload of all tables.
 */
final class XaTransactions {

    /** How long an open transaction holds the stored offset. */
    static final long HOLD_MILLIS = Duration.ofSeconds(60).toMillis();

    private static final int MOST = 10_000;

    private final long maxBytes;
    private final Map<String, Xa> open = new LinkedHashMap<>();
    /** The one whose changes are being read. */
    private @Nullable Xa inside;
    /** The one before which the stored offset stays. */
    private @Nullable Xa holding;

    private long bytes;

    /** One XA transaction. */
    static final class Xa {
        private final String id;
        private final @Nullable Map<String, ?> before;
        private final long sinceMillis;
        private final List<ChangeEvent> changes = new ArrayList<>();
        /** Tables that have changes which are not held. */
        private final Set<TableId> unheld = new LinkedHashSet<>();

        private Xa(String id, @Nullable Map<String, ?> before, long sinceMillis) {
            this.id = id;
            this.before = before;
            this.sinceMillis = sinceMillis;
        }

        List<ChangeEvent> changes() {
            return changes;
        }

        Set<TableId> unheld() {
            return unheld;
        }

        private boolean holdsAt(long now) {
            return now - sinceMillis < HOLD_MILLIS;
        }
    }

    /** @param maxBytes the estimated bytes of changes that are held (invariant 3); of a transaction beyond it only the tables are known */
    XaTransactions(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Returns whether no transaction is open. */
    boolean isEmpty() {
        return open.isEmpty();
    }

    /**
     * Records that the changes that come belong to a transaction.
     *
     * @param before the offset at which a restart reads it; null if none may be stored
     */
    void begin(String id, @Nullable Map<String, ?> before, long nowMillis) {
        remove(id);
        if (open.size() >= MOST) {
            remove(open.keySet().iterator().next());
        }
        Xa xa = new Xa(id, before, nowMillis);
        open.put(id, xa);
        inside = xa;
        holding = holding == null ? xa : holding;
    }

    /** Records that its changes have ended; returns its name, or null if none is being read. */
    @Nullable
    String prepared() {
        Xa xa = inside;
        inside = null;
        return xa == null ? null : xa.id;
    }

    /** Records, of the transaction that is being read, that a table has changes that are not held; false if none is being read. */
    boolean unread(TableId table) {
        Xa xa = inside;
        if (xa != null) {
            xa.unheld.add(table);
        }
        return xa != null;
    }

    /** Ends a transaction; null if it is not known, because it was prepared before this engine's first event. */
    @Nullable
    Xa end(String id) {
        return remove(id);
    }

    private @Nullable Xa remove(String id) {
        Xa xa = open.remove(id);
        if (xa != null) {
            xa.changes.forEach(event -> bytes -= event.bytes());
        }
        if (xa != null && xa == inside) {
            inside = null; // rolled back before it was prepared
        }
        if (open.isEmpty()) {
            holding = null; // else what began before the end of this one stays before it
        }
        return xa;
    }

    /** Takes an event: holds a change of the transaction that is being read, and hands on all others with the offset that may be stored. */
    void pass(ChangeEvent event, Consumer<ChangeEvent> out) {
        Xa xa = inside;
        if (xa != null && (event.change() instanceof Change.Upsert || event.change() instanceof Change.Delete)) {
            hold(xa, event);
            return;
        }
        Map<String, ?> own = event.resumeOffset();
        out.accept(own == null ? event : with(event, xa != null ? null : resume(own, event.receivedMillis())));
    }

    private void hold(Xa xa, ChangeEvent event) {
        TableId table = ((Change.OfTable) event.change()).table();
        if (!xa.unheld.isEmpty()) {
            xa.unheld.add(table);
        } else if (bytes + event.bytes() > maxBytes) {
            xa.changes.forEach(each -> {
                xa.unheld.add(((Change.OfTable) each.change()).table());
                bytes -= each.bytes();
            });
            xa.changes.clear();
            xa.unheld.add(table);
        } else {
            bytes += event.bytes();
            xa.changes.add(event);
        }
    }

    private @Nullable Map<String, ?> resume(Map<String, ?> own, long now) {
        Xa known = holding;
        if (known != null && !known.holdsAt(now)) {
            known = open.values().stream()
                    .filter(xa -> xa.holdsAt(now))
                    .findFirst()
                    .orElse(null);
            holding = known;
        }
        return known == null ? own : known.before;
    }

    private static ChangeEvent with(ChangeEvent event, @Nullable Map<String, ?> resume) {
        return new ChangeEvent(
                event.change(),
                event.position(),
                event.commitMillis(),
                resume,
                event.bytes(),
                event.transaction(),
                event.receivedMillis());
    }
}
