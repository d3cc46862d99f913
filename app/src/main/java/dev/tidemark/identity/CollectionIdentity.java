package dev.tidemark.identity;

import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.Seen;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Stored identity of a collection that is written to.
 *
 * @param createdAt when it was created, as the server reported, in seconds since 1970: several times if nodes or a restart
 *     reported different times of what was proven to be the same collection; the newest last
 * @param documents how many documents it held when that was last stored
 */
public record CollectionIdentity(List<Long> createdAt, long documents) {

    /** More nodes than a cluster has. */
    private static final int LIMIT = 8;

    public CollectionIdentity {
        createdAt = List.copyOf(createdAt);
    }

    /** Returns the identity of a collection that is seen for the first time. */
    public static CollectionIdentity of(CollectionInfo collection) {
        return new CollectionIdentity(List.of(collection.createdAt()), collection.documents());
    }

    boolean knows(long created) {
        return createdAt.contains(created);
    }

    /** Returns the same collection as it is now. */
    public CollectionIdentity now(CollectionInfo there) {
        return now(new Seen(there.createdAt(), there.documents()));
    }

    /**
     * Returns whether that is another collection, which was created while nothing was written to this one. Its documents decide:
     * a server that was restarted may report another time of creation, with the same documents. Up to half of them may have been
     * deleted since they were last counted.
     */
    public boolean isAnother(CollectionInfo there) {
        return !knows(there.createdAt()) && there.documents() < documents - documents / 2;
    }

    CollectionIdentity now(Seen seen) {
        if (knows(seen.createdAt())) {
            return seen.documents() == documents ? this : new CollectionIdentity(createdAt, seen.documents());
        }
        List<Long> all = new ArrayList<>(createdAt);
        all.add(seen.createdAt());
        return new CollectionIdentity(all.subList(Math.max(0, all.size() - LIMIT), all.size()), seen.documents());
    }

    /** Returns the description for messages. */
    public String words() {
        return words(createdAt.get(createdAt.size() - 1), documents);
    }

    static String words(long createdAt, long documents) {
        return documents + (documents == 1 ? " document" : " documents") + ", created at "
                + Instant.ofEpochSecond(createdAt);
    }
}
