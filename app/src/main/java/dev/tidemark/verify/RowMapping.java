package dev.tidemark.verify;

import dev.tidemark.collection.DynamicCollections;
import dev.tidemark.collection.Target;
import dev.tidemark.config.Config;
import dev.tidemark.config.Destination;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.document.DocumentIds;
import dev.tidemark.document.DocumentMapper;
import dev.tidemark.document.Placement;
import dev.tidemark.document.Placements;
import dev.tidemark.document.value.InvalidRowException;
import dev.tidemark.document.value.ValueRejectedException;
import dev.tidemark.verify.Outcome.Kind;
import dev.tidemark.verify.hash.Content;
import dev.tidemark.verify.hash.Fields;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Maps rows to what their documents have to be, with mappers of its own: those of the flush belong to its thread. One thread. */
final class RowMapping {

    private static final Content EMPTY = new Content(Content.NONE, new long[0]);
    private static final Fields NO_FIELDS = new Fields(List.of());
    private static final String[] NO_KEY = {};

    private final Config.Document config;
    private final List<String> key;
    private final @Nullable Target named;
    private final @Nullable DynamicCollections family;
    private final @Nullable Placements placements;
    private final Map<String, Own> mappers = new HashMap<>();

    /** A mapper of ours, and the one of the flush that it was created after; null if the flush has none yet. */
    private record Own(@Nullable DocumentMapper asOf, DocumentMapper mapper, Map<RowSchema, Fields> fields) {
        Fields fields(RowSchema schema) {
            return fields.computeIfAbsent(schema, each -> new Fields(mapper.fields(each)));
        }
    }

    /** Creates the mapping of the rows of a collection. */
    RowMapping(Target target) {
        this.named = target;
        this.family = null;
        this.config = target.config();
        this.key = target.key();
        this.placements = null;
    }

    /** Creates the mapping of rows whose collections an expression yields. */
    RowMapping(DynamicCollections family) {
        this.named = null;
        this.family = family;
        this.config = family.config();
        this.key = family.tableInfo().key();
        this.placements = new Placements(((Destination.Dynamic) family.config().destination()).expression());
    }

    /** Returns the fields that the mapping writes into the collection for rows of that schema. */
    Fields fields(String collection, RowSchema schema) {
        return own(collection).fields(schema);
    }

    /**
     * Returns what the row becomes.
     *
     * @param collection the one in question, for rows of which it cannot be determined; null if none is
     * @param withKey whether the row's key is wanted
     * @return null if the row is to have no document
     */
    @Nullable
    Outcome of(Row row, @Nullable String collection, boolean withKey) {
        String place = place(row, collection);
        if (place == null) {
            return null;
        }
        Own own = own(place);
        String id = own.mapper().ids(row.schema()).of(row);
        if (id == null || id.isEmpty()) {
            return null;
        }
        String[] texts = withKey ? texts(row) : NO_KEY;
        try {
            return switch (own.mapper().verdict(row)) {
                case LEFT_OUT -> null;
                case UNKNOWN -> new Outcome(place, id, Kind.INVALID, EMPTY, NO_FIELDS, texts);
                case KEPT -> {
                    Fields fields = own.fields(row.schema());
                    Content content = Content.of(own.mapper().map(id, row).json(), fields);
                    yield new Outcome(place, id, Kind.DOCUMENT, content, fields, texts);
                }
            };
        } catch (InvalidRowException e) {
            boolean skipped = config.validation().onInvalid() == Config.OnInvalid.SKIP;
            return new Outcome(place, id, skipped ? Kind.SKIPPED : Kind.INVALID, EMPTY, NO_FIELDS, texts);
        } catch (ValueRejectedException | RuntimeException e) {
            return new Outcome(place, id, Kind.INVALID, EMPTY, NO_FIELDS, texts); // it is a dead letter
        }
    }

    private @Nullable String place(Row row, @Nullable String collection) {
        if (named != null) {
            return named.collection();
        }
        Placement placement = Objects.requireNonNull(placements).of(row);
        if (placement instanceof Placement.In in) {
            return in.collection();
        }
        return placement instanceof Placement.Unknown ? collection : null;
    }

    private String[] texts(Row row) {
        DocumentIds ids = DocumentIds.of(key, row.schema());
        String[] texts = ids.texts(String.valueOf(ids.of(row)));
        return texts == null ? NO_KEY : texts;
    }

    private Own own(String collection) {
        Target target = named != null
                ? named
                : Objects.requireNonNull(family).member(collection).orElse(null);
        DocumentMapper now = target == null ? null : target.mapper();
        Own own = mappers.get(collection);
        if (own == null || own.asOf() != now) {
            DocumentMapper mapper = target == null
                    ? new DocumentMapper(
                            config, key, Objects.requireNonNull(family).design())
                    : new DocumentMapper(target.config(), target.key(), target.collectionInfo());
            own = new Own(now, mapper, new HashMap<>());
            mappers.put(collection, own);
        }
        return own;
    }
}
