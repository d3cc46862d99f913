package dev.tidemark.sink.typesense.http;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Addresses of the API. Everything that is data is percent-encoded here and nowhere else, and nothing normalises it
 * afterwards: typesense-java turned the id ".." into the collection itself and dropped it.
 */
public final class Paths {

    public static final String HEALTH = "/health";
    public static final String DEBUG = "/debug";
    public static final String COLLECTIONS = "/collections";
    public static final String ALIASES = "/aliases";
    public static final String KEYS = "/keys";
    static final String SNAPSHOT = "/operations/snapshot";

    /** A collection with patterns of names would change values that do not fit: 9.7 becomes 9 in the document. */
    private static final String IMPORT = "/documents/import?dirty_values=reject&action=";

    /** 128 random bits of this process: no document has this id. */
    private static final String NO_DOCUMENT = "tidemark-fence-" + UUID.randomUUID();

    private Paths() {}

    public static String collection(String name) {
        return COLLECTIONS + "/" + segment(name);
    }

    /** Returns the path of the request that creates a collection with the schema of that one. */
    public static String copyOf(String collection) {
        return COLLECTIONS + "?src_name=" + segment(collection);
    }

    public static String snapshot(String path) {
        return SNAPSHOT + "?snapshot_path=" + segment(path);
    }

    public static String key(long id) {
        return KEYS + "/" + id;
    }

    public static String alias(String name) {
        return "/aliases/" + segment(name);
    }

    public static String upsert(String collection) {
        return collection(collection) + IMPORT + "upsert";
    }

    public static String update(String collection) {
        return collection(collection) + IMPORT + "update";
    }

    public static String export(String collection) {
        return collection(collection) + "/documents/export?include_fields=id";
    }

    /**
     * Returns the path of an export.
     *
     * @param filter null: of all documents
     */
    public static String export(String collection, @Nullable String filter, List<String> fields) {
        return export(collection)
                + fields.stream().map(field -> "," + segment(field)).collect(Collectors.joining())
                + (filter == null ? "" : "&filter_by=" + segment(filter));
    }

    /**
     * Returns the path of an export of full documents.
     *
     * @param filter null: of all documents
     */
    public static String exportDocuments(String collection, @Nullable String filter) {
        return collection(collection) + "/documents/export" + (filter == null ? "" : "?filter_by=" + segment(filter));
    }

    public static String document(String collection, String id) {
        return collection(collection) + "/documents/" + segment(id);
    }

    public static String deleteBy(String collection, String filter) {
        return collection(collection) + "/documents?filter_by=" + segment(filter);
    }

    /** Returns the path of a delete that matches nothing. */
    static String fence(String collection) {
        return deleteBy(collection, "id:[`" + NO_DOCUMENT + "`]");
    }

    public static String truncate(String collection) {
        return collection(collection) + "/documents?truncate=true";
    }

    /** Encodes all but unreserved characters; the dots too, if there is nothing else: "." and ".." are ids here. */
    public static String segment(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("an empty name or id would address something else");
        }
        // URLEncoder writes forms: its space is a plus, its star stays.
        String encoded = URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A");
        return encoded.chars().allMatch(c -> c == '.') ? encoded.replace(".", "%2E") : encoded;
    }
}
