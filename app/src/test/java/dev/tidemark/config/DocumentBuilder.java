package dev.tidemark.config;

import dev.tidemark.connector.Join;
import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.data.TableId;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A configured document for tests: every row of a table, all its columns, a collection to itself; and what is said otherwise. */
public final class DocumentBuilder {

    private DocumentSource source;
    private Destination destination;
    private boolean create = true;
    private @Nullable Map<String, Config.Field> fields;
    private Config.Selection selection = Config.Selection.ALL;
    private Config.Validation validation = Config.Validation.NONE;
    private String idPrefix = "";
    private @Nullable Expression idCel;
    private Config.@Nullable DeleteWhere deleteWhere;
    private boolean adopt;

    private DocumentBuilder(Table table, String collection) {
        this.source = new DocumentSource.Rows(table);
        this.destination = new Destination.Named(collection);
    }

    public static DocumentBuilder of(TableId table, String collection) {
        return of(new Table(table, List.of()), collection);
    }

    public static DocumentBuilder of(Table table, String collection) {
        return new DocumentBuilder(table, collection);
    }

    public DocumentBuilder neverCreated() {
        create = false;
        return this;
    }

    public DocumentBuilder fields(@Nullable Map<String, Config.Field> some) {
        fields = some;
        return this;
    }

    public DocumentBuilder selection(Config.Selection some) {
        selection = some;
        return this;
    }

    public DocumentBuilder validation(Config.Validation rules) {
        validation = rules;
        return this;
    }

    public DocumentBuilder idPrefix(String prefix) {
        idPrefix = prefix;
        return this;
    }

    public DocumentBuilder idBy(@Nullable Expression cel) {
        idCel = cel;
        return this;
    }

    public DocumentBuilder deleteWhere(TableId deleted, String filter) {
        deleteWhere = new Config.DeleteWhere(deleted, filter);
        return this;
    }

    public DocumentBuilder joined(Join.Statement statement, Join.Dependency... dependencies) {
        List<String> places = Collections.nCopies(1 + dependencies.length, "document");
        source = new DocumentSource.Joined(source.table(), statement, List.of(dependencies), places);
        return this;
    }

    /** All collections of an expression, in place of the one. */
    public DocumentBuilder collectionBy(Expression cel) {
        destination = new Destination.Family(cel);
        return this;
    }

    public DocumentBuilder adopt() {
        adopt = true;
        return this;
    }

    public Config.Document build() {
        DocumentId id = idCel == null ? new DocumentId.OfKey(idPrefix) : new DocumentId.Computed(idPrefix, idCel);
        return new Config.Document(source, destination, id, create, adopt, fields, selection, validation, deleteWhere);
    }
}
