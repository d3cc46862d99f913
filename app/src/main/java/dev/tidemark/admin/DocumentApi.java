package dev.tidemark.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.tidemark.http.Answer;
import dev.tidemark.http.HttpProblem;
import dev.tidemark.http.Request;
import dev.tidemark.sink.SinkException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The route {@code /api/document}: one document as the sink has it. */
final class DocumentApi {

    private static final ObjectMapper JSON = new ObjectMapper();

    private DocumentApi() {}

    static Answer answer(Request request, Operations pipeline) throws HttpProblem, InterruptedException {
        request.allow(Set.of("collection", "id"), Set.of());
        String collection = needed(request, "collection", "such as collection=products");
        String id = needed(request, "id", "the document's id, such as id=42");
        // Of ours only: the key of the service may read what its clients must not.
        if (!pipeline.collections().contains(collection)) {
            throw new HttpProblem(
                    404, "collection '" + collection + "' is not written to by this pipeline", "see /api/status");
        }
        try {
            Optional<String> found = pipeline.document(collection, id);
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("collection", collection);
            answer.put("id", id);
            answer.put("exists", found.isPresent());
            answer.put("document", found.isPresent() ? parse(found.get()) : null);
            return Answer.json(200, answer);
        } catch (SinkException e) {
            throw new HttpProblem(503, String.valueOf(e.getMessage()), e.hint());
        }
    }

    private static JsonNode parse(String document) throws HttpProblem {
        try {
            return JSON.readTree(document);
        } catch (StreamConstraintsException e) {
            return JSON.getNodeFactory().rawValueNode(new RawValue(document)); // deeper or larger than a tree may be
        } catch (JsonProcessingException e) {
            throw new HttpProblem(503, "Typesense's answer is not JSON", "try again");
        }
    }

    private static String needed(Request request, String parameter, String hint) throws HttpProblem {
        String value = request.query().getOrDefault(parameter, "");
        if (value.isEmpty()) {
            throw new HttpProblem(400, "'" + parameter + "' is missing", hint);
        }
        return value;
    }
}
