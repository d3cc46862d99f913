package dev.tidemark.flush.write;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.sink.Document;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds out which documents exist, with an update that changes nothing: it needs no other permission than writing them. */
public final class PresentDocuments {

    private static final ObjectMapper JSON = new ObjectMapper();

    private PresentDocuments() {}

    public static Set<String> of(Sink sink, String collection, Collection<String> ids)
            throws SinkException, InterruptedException {
        if (ids.isEmpty()) {
            return Set.of();
        }
        List<String> all = List.copyOf(ids);
        List<Document> unchanged = new ArrayList<>();
        for (String id : all) {
            unchanged.add(new Document(id, json(id)));
        }
        Set<String> present = new LinkedHashSet<>(all);
        for (int index : sink.update(collection, unchanged).missing()) {
            present.remove(all.get(index));
        }
        return present;
    }

    private static byte[] json(String id) {
        try {
            return JSON.writeValueAsBytes(Map.of("id", id));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
