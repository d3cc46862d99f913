package dev.tidemark.load;

import dev.tidemark.connector.data.TableId;
import java.time.Instant;
import java.util.List;

/**
 * Load of one table alongside the stream: the state that has to survive a restart.
 *
 * @param requested when it was requested, or began again: what identifies it
 * @param fenced whether it is read only once all is committed that the log holds when it begins: values have changed without a change
 *     of rows in the log, and what is replayed after that has them, too
 * @param sweeps whether documents without a row are to be deleted at its end: the collections may hold some
 * @param writtenAs the columns with their types that its documents are written from, as {@link
 *     dev.tidemark.document.CollectionDesign#columns} has them; empty before it has begun
 * @param key the columns by whose order it is read; empty if no row is durable
 * @param after the texts of the key of the last row that is durable; empty if none is
 * @param rows the number of durable rows
 * @param selection the rows that are read; kept whatever happens to its progress
 */
public record Load(
        TableId table,
        Instant requested,
        Cause cause,
        boolean fenced,
        boolean sweeps,
        List<String> writtenAs,
        List<String> key,
        List<String> after,
        long rows,
        RowSelection selection) {

    /** Origins of loads. */
    public enum Cause {
        /** The documents are not there yet, or must not be relied on: the pipeline loads until it has ended. */
        INITIAL,
        /**
         * An operator requested it, possibly since values have changed without a change of rows in the log, and would request it again
         * after a failure.
         */
        REQUESTED,
        /** The service requested it, since values have changed without a change of rows in the log. */
        AUTOMATIC
    }

    public Load {
        writtenAs = List.copyOf(writtenAs);
        key = List.copyOf(key);
        after = List.copyOf(after);
    }

    /** Creates a load of all rows, of which none is read yet. */
    public static Load request(TableId table, Instant now, Cause cause, boolean sweeps) {
        return new Load(
                table,
                now,
                cause,
                cause != Cause.INITIAL,
                sweeps,
                List.of(),
                List.of(),
                List.of(),
                0,
                RowSelection.ALL);
    }

    /** Creates a load that an operator requests. A part of a table never ends with a sweep. */
    public static Load requested(TableId table, Instant now, RowSelection selection) {
        return new Load(
                table, now, Cause.REQUESTED, true, !selection.isPart(), List.of(), List.of(), List.of(), 0, selection);
    }

    /**
     * Returns a request of all rows of the same table, from its first row on, since rows or values have changed without a change of
     * rows in the log: documents that the stream has written meanwhile may have no row any more.
     */
    Load again(Instant now) {
        Cause other = cause == Cause.INITIAL ? Cause.INITIAL : Cause.AUTOMATIC;
        return new Load(table, now, other, true, true, List.of(), List.of(), List.of(), 0, RowSelection.ALL);
    }

    /** Returns the load from its first row on: the rows that were read do not count, and may have been deleted since. */
    Load startedOver(Instant now) {
        return new Load(table, now, cause, fenced, !selection.isPart(), List.of(), List.of(), List.of(), 0, selection);
    }

    /** Returns the load behind a fence: what it replaces was requested for values that changed without a change of rows in the log. */
    Load behindFence() {
        return new Load(table, requested, cause, true, sweeps, writtenAs, key, after, rows, selection);
    }

    /** Returns the load without its progress. */
    Load fromStart() {
        return new Load(table, requested, cause, fenced, sweeps, writtenAs, List.of(), List.of(), 0, selection);
    }

    /** Returns the load after its first rows were read, of these columns. */
    Load begun(List<String> columns) {
        return new Load(table, requested, cause, fenced, sweeps, columns, key, after, rows, selection);
    }

    /** Returns the load after more rows became durable, up to the row with these key texts. */
    Load upTo(List<String> columns, List<String> texts, int more) {
        return new Load(table, requested, cause, fenced, sweeps, writtenAs, columns, texts, rows + more, selection);
    }

    /**
     * Returns whether collections may hold a document of a row that is left out now: of a part of a table, nothing is known of what is
     * there.
     */
    public boolean mayHold() {
        return sweeps || selection.isPart();
    }

    /** Returns whether it is tried until it succeeds: it did not come from an operator, who would request it again. */
    boolean isAutomatic() {
        return cause != Cause.REQUESTED;
    }
}
