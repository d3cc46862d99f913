package dev.tidemark.config;

import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.data.TableId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A configured document for tests: every row of a table, all its columns, a collection to itself; and what is said otherwise. */
public final class DocumentBuilder {

    private final Table table;
    private final String collection;
    private boolean create = true;
    private @Nullable Map<String, Config.Field> fields;
    private Config.Selection selection = Config.Selection.ALL;
    private Config.Validation validation = Config.Validation.NONE;
    private String idPrefix = "";
    private @Nullable Expression idCel;
    private Config.@Nullable DeleteWhere deleteWhere;
    private Config.@Nullable Joined joined;
    private @Nullable Expression collectionBy;
    private boolean adopt;

    private DocumentBuilder(Table table, String collection) {
        this.table = table;
        this.collection = collection;
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

    public DocumentBuilder joined(Config.@Nullable Joined by) {
        joined = by;
        return this;
    }

    public DocumentBuilder collectionBy(Expression cel) {
        collectionBy = cel;
        return this;
    }

    public DocumentBuilder adopt() {
        adopt = true;
        return this;
    }

    public Config.Document build() {
        return new Config.Document(
                table,
                collection,
                create,
                fields,
                selection,
                validation,
                idPrefix,
                idCel,
                deleteWhere,
                joined,
                collectionBy,
                adopt);
    }
}
