package dev.tidemark.sink;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts of the documents that our own requests may have added to each collection, or removed from it, so that a changed number
 * of documents can be distinguished from one that others changed. Any thread.
 */
public final class WriteTally {

    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
    private final AtomicLong disturbances = new AtomicLong();

    /**
     * Sums of what was requested.
     *
     * @param upserts documents to be written in full
     * @param deletes ids to be deleted
     * @param wipes requests that delete a number which is not known before
     * @param creations requests that create the collection
     */
    public record Counts(long upserts, long deletes, long wipes, long creations) {

        static final Counts NONE = new Counts(0, 0, 0, 0);

        Counts plus(Counts more) {
            return new Counts(
                    upserts + more.upserts, deletes + more.deletes, wipes + more.wipes, creations + more.creations);
        }

        /** Returns what came after {@code before}. */
        public Counts since(Counts before) {
            return new Counts(
                    upserts - before.upserts,
                    deletes - before.deletes,
                    wipes - before.wipes,
                    creations - before.creations);
        }
    }

    /** One collection. */
    private static final class Entry {
        private Counts started = Counts.NONE;
        private Counts finished = Counts.NONE;
        /** Of requests without an answer: they may still be applied. */
        private Counts unresolved = Counts.NONE;

        private long requests;
        private long lastFailure;

        synchronized long start(Counts of) {
            started = started.plus(of);
            return ++requests;
        }

        synchronized void succeeded(long request, Counts of) {
            finished = finished.plus(of);
            if (request > lastFailure) { // It was sent after earlier writes were proven done: those are over.
                finished = finished.plus(unresolved);
                unresolved = Counts.NONE;
            }
        }

        synchronized void failed(Counts of) {
            unresolved = unresolved.plus(of);
            lastFailure = requests;
        }
    }

    /** Returns what was requested so far, answered or not. */
    public Counts started(String collection) {
        Entry entry = entries.get(collection);
        if (entry == null) {
            return Counts.NONE;
        }
        synchronized (entry) {
            return entry.started;
        }
    }

    /** Returns what is known to be applied; what is under way or has no answer is not in it. */
    public Counts finished(String collection) {
        Entry entry = entries.get(collection);
        if (entry == null) {
            return Counts.NONE;
        }
        synchronized (entry) {
            return entry.finished;
        }
    }

    /** Returns how often the server was seen to fail: between two equal numbers it showed no sign of a restart. */
    public long disturbances() {
        return disturbances.get();
    }

    void disturbed() {
        disturbances.incrementAndGet();
    }

    long start(String collection, Counts of) {
        return entries.computeIfAbsent(collection, name -> new Entry()).start(of);
    }

    void succeeded(String collection, long request, Counts of) {
        entries.computeIfAbsent(collection, name -> new Entry()).succeeded(request, of);
    }

    void failed(String collection, Counts of) {
        entries.computeIfAbsent(collection, name -> new Entry()).failed(of);
    }
}
