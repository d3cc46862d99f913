package dev.tidemark.flush.sweep;

import dev.tidemark.collection.Target;
import dev.tidemark.collection.Targets;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.data.Row;
import dev.tidemark.document.DocumentIds;
import dev.tidemark.flush.write.Visibility;
import dev.tidemark.ids.IdSpool;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
import dev.tidemark.trace.TraceBuffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * After a snapshot into a collection that had documents: deletes those whose row does not exist any more, or belongs to another
 * collection.
 *
 * <p>The database itself is queried for the rows that exist, so nothing has to be remembered of the snapshot and memory stays
 * bounded. It runs on the flush thread: a row inserted after the query for it arrives later in the queue and is written
 * after the delete (invariant 2). All ids without a row are known before the first is deleted, and too many of them wait for an
 * approval (invariant 9); documents whose row was found in another collection are deleted without one.
 * Upholds invariant 3.
 */
public final class Sweep {

    private static final Logger log = LoggerFactory.getLogger(Sweep.class);
    private static final int PAGE = 1000;

    private final Sink sink;
    private final RowReader reader;
    private final Targets targets;
    private final Visibility flushed;
    private final DeleteGuard guard;
    private final TraceBuffer traces;

    /** Hands ids over. */
    @FunctionalInterface
    public interface Ids {
        void forEach(Consumer<String> id) throws SinkException, InterruptedException, IOException;
    }

    /**
     * Result of a search.
     *
     * @param documents how many ids were the target's
     * @param gone those without a row
     * @param moved those whose row belongs to another collection
     */
    record Found(long documents, IdSpool gone, IdSpool moved) {}

    /** @param flushed what is possibly not visible in the database yet */
    public Sweep(
            Sink sink, RowReader reader, Targets targets, Visibility flushed, DeleteGuard guard, TraceBuffer traces) {
        this.sink = sink;
        this.reader = reader;
        this.targets = targets;
        this.flushed = flushed;
        this.guard = guard;
        this.traces = traces;
    }

    /**
     * Sweeps one collection; safe to repeat. If tables share it, the others' documents are left alone.
     *
     * @return how many documents were deleted
     * @throws dev.tidemark.connector.SourceException if something that was flushed is not visible yet
     * @throws IOException if what is held back cannot be stored
     */
    public long run(Target target) throws SinkException, InterruptedException, IOException {
        return run(target, id -> sink.exportIds(target.collection(), id), true);
    }

    /** Deletes those of the ids whose row does not exist by now, without the guard: that was approved. */
    public long approved(Target target, Ids ids) throws SinkException, InterruptedException, IOException {
        return run(target, ids, false);
    }

    /**
     * Deletes those of the ids whose row does not exist by now, within the limit of the guard.
     *
     * @param documents how many documents the target has
     * @return false if they are held back, or others of the target are
     * @throws SourceException if something that was flushed is not visible yet
     */
    public boolean listed(Target target, Ids ids, long documents)
            throws SinkException, InterruptedException, IOException {
        flushed.prove(reader);
        try (IdSpool gone = guard.spool();
                IdSpool moved = guard.spool()) {
            find(target, ids, new Found(0, gone, moved));
            delete(target, moved);
            if (gone.size() == 0) {
                return true;
            }
            Suspects suspects = guard.suspects();
            if (guard.of(target).isPresent() || guard.holds(target, gone, documents, suspects.recent(target))) {
                return false;
            }
            suspects.deleted(target, gone.size());
            suspects.save(); // before they are deleted: after a crash they may be counted twice, but are never missed
            delete(target, gone);
            return true;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Deletes all documents whose row does not exist by now, without the guard: that was approved. */
    public long approved(Target target) throws SinkException, InterruptedException, IOException {
        return run(target, id -> sink.exportIds(target.collection(), id), false);
    }

    /** Deletes all documents of a table that does not exist any more: that was approved. */
    public long dropped(Target target) throws SinkException, InterruptedException, IOException {
        List<Target> others = others(target);
        try (IdSpool all = guard.spool()) {
            sink.exportIds(target.collection(), id -> {
                if (others.stream().noneMatch(other -> other.owns(id))) {
                    all.add(id);
                }
            });
            delete(target, all);
            return all.size();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private long run(Target target, Ids ids, boolean guarded) throws SinkException, InterruptedException, IOException {
        flushed.prove(reader); // otherwise it finds no row of what was streamed after the snapshot
        try (IdSpool gone = guard.spool();
                IdSpool moved = guard.spool()) {
            long documents = find(target, ids, new Found(0, gone, moved));
            delete(target, moved);
            if (guarded) {
                boolean held =
                        guard.holds(target, gone, documents, guard.suspects().recent(target));
                guard.suspects().clear(target); // all documents were checked, and all rows written before
                guard.suspects().save();
                if (held) {
                    return moved.size();
                }
            }
            delete(target, gone);
            log.atInfo()
                    .addKeyValue("collection", target.collection())
                    .addKeyValue("table", target.table())
                    .log(
                            "sweep of collection {}: {} documents whose row of {} is gone were deleted",
                            target.collection(),
                            gone.size() + moved.size(),
                            target.table());
            return gone.size() + moved.size();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Returns how many of the ids are the target's. */
    private long find(Target target, Ids ids, Found found) throws SinkException, InterruptedException, IOException {
        List<Target> others = others(target);
        long[] own = {0};
        Ids ofTarget = each -> ids.forEach(id -> {
            if (others.stream().noneMatch(other -> other.owns(id))) {
                each.accept(id);
            }
        });
        try {
            if (target.config().hasComputedId()) {
                return new ComputedSweep(reader).find(target, ofTarget, found);
            }
            List<String> page = new ArrayList<>(PAGE);
            ofTarget.forEach(id -> {
                own[0]++;
                page.add(id);
                if (page.size() == PAGE) {
                    collect(target, page, found);
                }
            });
            collect(target, page, found);
            return own[0];
        } catch (SourceException e) {
            throw new SinkException(
                    e.isRetryable() ? SinkException.Kind.RETRYABLE : SinkException.Kind.FATAL,
                    "row_read",
                    "the sweep of collection " + target.collection() + " could not read table " + target.table() + ": "
                            + e.getMessage(),
                    e.hint(),
                    e);
        }
    }

    /** Returns the other targets that feed the target's collection: each has a prefix of its own. */
    private List<Target> others(Target target) {
        return targets.ofRows().values().stream()
                .flatMap(List::stream)
                .filter(other -> other.collection().equals(target.collection())
                        && !other.config().idPrefix().equals(target.config().idPrefix()))
                .toList();
    }

    /** Deletes in parts: if a request fails, what the ones before it deleted is in the traces. */
    private void delete(Target target, IdSpool ids) throws SinkException, InterruptedException, IOException {
        Deletion deletion = new Deletion(target);
        try {
            ids.forEach(deletion::add);
            deletion.send();
        } catch (HandedOn e) {
            throw e.failure();
        }
    }

    /** Deletes by the page. */
    private final class Deletion {
        private final Target target;
        private final List<String> page = new ArrayList<>();

        private Deletion(Target target) {
            this.target = target;
        }

        private void add(String id) throws HandedOn {
            page.add(id);
            if (page.size() == PAGE) {
                try {
                    send();
                } catch (SinkException e) {
                    throw new HandedOn(e);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt(); // the next request ends with it
                }
            }
        }

        private void send() throws SinkException, InterruptedException {
            if (!page.isEmpty()) {
                sink.delete(target.collection(), page);
                traces.swept(target.table(), target.collection(), page);
                page.clear();
            }
        }
    }

    /** A failure of Typesense, thrown through the iteration over a list of ids. */
    private static final class HandedOn extends IOException {
        private static final long serialVersionUID = 1L;
        private final transient SinkException failure;

        private HandedOn(SinkException failure) {
            super(failure);
            this.failure = failure;
        }

        private SinkException failure() {
            return failure;
        }
    }

    /** Removes from {@code there} the rows that an expression puts into another collection by now, and returns them. */
    private Set<String> moved(Target target, List<@Nullable Object[]> keys, Set<String> there) {
        if (!target.config().isDynamic() || keys.isEmpty()) {
            return Set.of();
        }
        Set<String> moved = new HashSet<>(there);
        there.clear();
        reader.read(target.table(), target.key(), keys, row -> {
            String id = target.ids(row.schema()).of(row);
            if (id != null && target.takes(row)) {
                there.add(id);
                moved.remove(id);
            }
        });
        return moved;
    }

    private void collect(Target target, List<String> page, Found found) {
        List<String[]> keys = new ArrayList<>(page.size());
        DocumentIds ids = target.ids(target.tableInfo().schema());
        for (String id : page) {
            String @Nullable [] texts = ids.texts(id);
            if (texts != null) {
                keys.add(texts);
            }
        }
        Set<String> there = new HashSet<>();
        List<@Nullable Object[]> present = new ArrayList<>();
        reader.existing(target.table(), target.key(), keys, (Row row) -> {
            String id = target.ids(row.schema()).of(row);
            if (id != null && there.add(id)) {
                present.add(target.ids(row.schema()).key(row));
            }
        });
        Set<String> moved = moved(target, present, there);
        for (String id : page) {
            if (moved.contains(id)) {
                found.moved().add(id);
            } else if (!there.contains(id)) {
                found.gone().add(id);
            }
        }
        page.clear();
    }
}
