package dev.tidemark.startup;

import dev.tidemark.config.Config;
import dev.tidemark.connector.data.TableId;

/** Reason why documents have to be loaded before changes may be streamed into them. */
sealed interface LoadReason {

    /** Returns the reason, for an operator. */
    String message(Config.Document document, TableId table);

    /** A collection that was filled does not exist. */
    record Missing(String collection) implements LoadReason {
        @Override
        public String message(Config.Document document, TableId table) {
            return "collection " + collection
                    + (document.isDynamic() ? ", which rows of " + table + " were put into," : "")
                    + " is missing although offsets are stored";
        }
    }

    /** The table states do not contain the documents. */
    record Unrecorded() implements LoadReason {
        @Override
        public String message(Config.Document document, TableId table) {
            return "no complete load of " + table + " into " + document.destinationText()
                    + " is on record: it never ended, or changes were missed since";
        }
    }

    /** Changes were streamed, and no load has ended. */
    record NotLoaded() implements LoadReason {
        @Override
        public String message(Config.Document document, TableId table) {
            return document.destinationText()
                    + (document.isDynamic()
                            ? " were not loaded: the load never ended, or they were streamed into with snapshot: never"
                            : " was not loaded: the load never ended, or it was streamed into with snapshot: never");
        }
    }

    /**
     * The documents were written by another mapping.
     *
     * @param difference how it differs
     */
    record OtherMapping(String difference) implements LoadReason {
        @Override
        public String message(Config.Document document, TableId table) {
            return "the mapping of " + document.destinationText() + " has changed (" + difference + ")";
        }
    }

    /** The table has rows, and the collections are empty. */
    record Empty() implements LoadReason {
        @Override
        public String message(Config.Document document, TableId table) {
            return document.destinationText()
                    + (document.isDynamic() ? " are all empty or missing" : " is empty")
                    + " although " + table + " has rows and offsets are stored";
        }
    }
}
