package dev.tidemark.sink;

import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Records which of some documents are written, whatever writes them: before a request is sent, so what is seen of a document that
 * is not touched yet was not written since the watch began. One watch at a time; any thread.
 */
public final class WriteWatch {

    private volatile @Nullable Watched watched;

    /** The documents of a watch. */
    private record Watched(Map<String, Set<String>> ids, Map<String, Set<String>> touched, Set<String> entire) {

        void written(String collection, String id) {
            Set<String> of = ids.get(collection);
            if (of != null && of.contains(id)) {
                touched.computeIfAbsent(collection, each -> ConcurrentHashMap.newKeySet())
                        .add(id);
            }
        }

        boolean isTouched(String collection, String id) {
            return entire.contains(collection)
                    || touched.getOrDefault(collection, Set.of()).contains(id);
        }
    }

    /**
     * Begins a watch, in the place of the one before.
     *
     * @param ids the ids of the documents, by collection
     */
    public void begin(Map<String, ? extends Collection<String>> ids) {
        Map<String, Set<String>> own = new ConcurrentHashMap<>();
        ids.forEach((collection, of) -> own.put(collection, new HashSet<>(of)));
        watched = new Watched(own, new ConcurrentHashMap<>(), ConcurrentHashMap.newKeySet());
    }

    /** Ends the watch. */
    public void end() {
        watched = null;
    }

    /** Returns whether a request that writes or deletes the document was sent since the watch began; true if there is none. */
    public boolean isTouched(String collection, String id) {
        Watched now = watched;
        return now == null || now.isTouched(collection, id);
    }

    /** Records documents that are about to be written. */
    void writes(String collection, Collection<Document> documents) {
        Watched now = watched;
        if (now != null) {
            documents.forEach(document -> now.written(collection, document.id()));
        }
    }

    /** Records documents that are about to be deleted. */
    void deletes(String collection, Collection<String> ids) {
        Watched now = watched;
        if (now != null) {
            ids.forEach(id -> now.written(collection, id));
        }
    }

    /** Records that any document of the collection is about to be deleted. */
    void deletesAny(String collection) {
        Watched now = watched;
        if (now != null) {
            now.entire().add(collection);
        }
    }
}
