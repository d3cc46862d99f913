package dev.tidemark.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.data.TableId;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of {@code documents}. */
class DocumentRulesTest {

    private final Path directory;

    DocumentRulesTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private Loading loading() {
        return new Loading(directory);
    }

    @ParameterizedTest
    @ValueSource(strings = {"products", ".products", "public.", "\"a\".b", "public.a\"b", "'public. a'", "public .a"})
    void load_refusesTables(String table) {
        assertThat(loading().problemWhere("public.products", table.startsWith("\"") ? "'" + table + "'" : table))
                .startsWith("tidemark.yml:7: documents[0].table: must be schema.table, found '");
    }

    @Test
    void load_takesDotInTable_whenCollectionAllowsIt() {
        Config.Document document = loading()
                .config(Loading.MINIMAL.replace("public.products", "public.products.v2"))
                .documents()
                .get(0);
        assertThat(document.table().id()).isEqualTo(new TableId("public", "products.v2"));
        assertThat(document.collection()).isEqualTo("products.v2");
    }

    @Test
    void load_asksForCollection_whenTableNameIsNone() {
        assertThat(loading().problemWhere("public.products", "public.my products"))
                .isEqualTo(
                        "tidemark.yml:7: documents[0]: the table's name cannot be a collection's; give 'collection'; "
                                + "it must hold only letters, digits, '_', '-' and '.', at most 64");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "a b", "../x", ".x", "-x", "a%2fb"})
    void load_refusesCollections(String collection) {
        assertThat(loading().problemsAnd("    collection: " + collection + "\n"))
                .containsExactly(
                        "tidemark.yml:8: documents[0].collection: must hold only letters, digits, '_', '-' and '.',"
                                + " at most 64, found '" + collection + "'");
    }

    @Test
    void load_refusesAnIdByExpression_whereItCannotBe() {
        assertThat(loading().problemsAnd("    id: { a: b }\n"))
                .containsExactly(
                        "tidemark.yml:8: documents[0].id.a: unknown key; known here: cel",
                        "tidemark.yml:8: documents[0].id.cel: is required and not given; such as \"string(row.shop) + '-'"
                                + " + row.sku\"");
        assertThat(loading().problemsAnd("    id: { cel: \"row.a\" }\n    view: public.wide\n"))
                .anySatisfy(problem -> assertThat(problem)
                        .contains("documents[0].id: an expression does not go with 'query' and 'view'"));
        assertThat(loading().problemsAnd("    id: { cel: \"row.a\" }\n    collection: { cel: \"row.b\" }\n"))
                .singleElement()
                .asString()
                .contains("documents[0].id: an expression does not go with a collection by expression");
    }

    @Test
    void load_refusesTwoTablesInOneCollection_whoseIdsMayMeet() {
        String message =
                "tidemark.yml:8: documents[1]: goes into the same collection as documents[0]; give 'collection' another"
                        + " name, or give both an 'idPrefix', such as 'eu:' and 'us:'";
        assertThat(loading().problemsAnd("  - table: other.products\n")).containsExactly(message);
        assertThat(loading().problemsAnd("  - table: public.orders\n    collection: products\n    idPrefix: 'o:'\n"))
                .containsExactly(message);
        assertThat(loading()
                        .problemsAnd("    idPrefix: 'eu'\n  - table: public.orders\n    collection: products\n"
                                + "    idPrefix: 'eu:'\n"))
                .containsExactly(
                        "tidemark.yml:9: documents[1]: its idPrefix 'eu:' and 'eu' of documents[0] begin alike, in the"
                                + " same collection; give them prefixes of which none begins with the other, such as 'eu:' and 'us:'");
        assertThat(loading().problemsAnd("    idPrefix: 'a b'\n"))
                .containsExactly(
                        "tidemark.yml:8: documents[0].idPrefix: must hold only letters, digits, '_', '-', '.' and ':',"
                                + " at most 64, found 'a b'; such as 'eu:'");
    }

    @Test
    void load_takesTablesInOneCollection_withPrefixes() {
        Config config = loading()
                .minimalAnd(
                        "    idPrefix: 'eu:'\n  - table: public.orders\n    collection: products\n    idPrefix: 'us:'\n");
        assertThat(config.documents()).extracting(Config.Document::idPrefix).containsExactly("eu:", "us:");
        assertThat(config.documents())
                .extracting(Config.Document::recordName)
                .containsExactly("products eu:", "products us:");
    }

    @Test
    void load_takesOneTableInTwoCollections() {
        Config config = loading().minimalAnd("  - table: public.products\n    collection: archive\n");
        assertThat(config.documents()).extracting(Config.Document::collection).containsExactly("products", "archive");
        assertThat(config.source().settings().tables())
                .containsExactly(new SourceSettings.Table(new TableId("public", "products"), List.of()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    id: []                | id: must name at least one column; leave it out to use the primary key
                    id: [a, a]            | id[1]: this column is given twice; remove one
                    id: ''                | id: is empty; give it a value, or check what the variable or file holds
                    id: ~                 | id: has no value; give it one, or remove the key
                    id: { cel: [a] }      | id.cel: must be an expression, not a list
                    where: ''             | where: is empty; such as "row.first + ' ' + row.last"
                    where: [a]            | where: must be an expression, not a list
                    softDelete: [a]       | softDelete: must be text, not a list
                    softdelete: a         | softdelete: unknown key; did you mean 'softDelete'?
                    onInvalid: skip       | onInvalid: says what to do with documents that break a rule, and there is none; add 'require'
                    require: {}           | require: must name at least one field; such as 'name: { required: true }'
                    require: { a: {} }    | require.a: has no rule; known: required, range, length, regex, email
                    require: { a: { needed: true } } | require.a.needed: unknown key; known here: email, length, range, regex, required
                    require: { a: { range: { min: x } } } | require.a.range.min: must be a number, found 'x'; such as 0 or -1.5
                    require: { a: { range: { min: 2, max: 1.5 } } } | require.a.range: nothing is between these bounds; 'min' must not be above 'max'
                    require: { a: { range: {} } } | require.a.range: has no bound; such as { min: 1, max: 100 }
                    require: { a: { regex: '(' } } | require.a.regex: must be a regular expression of RE2, found '('; see docs/guides/expressions.md
                    create: x             | create: must be one of: false, true, found 'x'
                    tabel: x              | tabel: unknown key; did you mean 'table'?
                    fields: ~             | fields: has no value; give it one, or remove the key
                    fields: {}            | fields: must name at least one field; leave it out to take every column
                    fields: [a]           | fields: must be a mapping, not a list
                    fields: { id: ~ }     | fields.id: 'id' is the document's id, not a field; define it with 'id:' alongside 'fields:'
                    fields: { .a: ~ }     | fields..a: cannot be a field's name; take letters, digits and '_', with '.' only inside
                    fields: { a*: ~ }     | fields.a*: cannot be a field's name; take letters, digits and '_', with '.' only inside
                    fields: { a: [b] }    | fields.a: must be ~, a column's name or a mapping, not a list; such as { column: price, type: float }
                    fields: { a: '' }     | fields.a: is empty; give it a value, or check what the variable or file holds
                    fields: { a: { lat: x } } | fields.a.lon: is required and not given; a geopoint consists of two columns: { lat: latitude, lon: longitude }
                    fields: { a: { lat: x, lon: y, column: z } } | fields.a.column: does not go with 'lat' and 'lon'; remove one or the other
                    fields: { a: { lat: x, lon: y, type: float } } | fields.a.type: must be geopoint where 'lat' and 'lon' are given, found 'float'; leave it out
                    fields: { a: { facets: true } } | fields.a.facets: unknown key; did you mean 'facet'?
                    fields: { a: { facet: yes } } | fields.a.facet: must be one of: false, true, found 'yes'
                    """, quoteCharacter = '\0')
    void load_refuses(String yaml, String message) {
        assertThat(loading().problemsAnd("    " + yaml + "\n"))
                .containsExactly("tidemark.yml:8: documents[0]." + message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "string*", "double", "int", "text", "boolean", "int64ms[]", "String"})
    void load_refusesTypes(String type) {
        assertThat(loading().problemsAnd("    fields: { a: { type: '" + type + "' } }\n"))
                .singleElement()
                .asString()
                .contains("documents[0].fields.a.type: must be one of: bool, ", "found '" + type + "'; ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"string", "int32[]", "float", "bool", "geopoint", "object[]", "int64ms"})
    void load_takesTypes(String type) {
        Config config = loading().minimalAnd("    fields: { größe.cm: { type: '" + type + "' } }\n");
        assertThat(config.documents().get(0).fields())
                .containsEntry("größe.cm", new Config.Field("größe.cm", null, type, null, null, null, null));
    }

    @Test
    void load_takesASelection() {
        Config config = loading()
                .minimalAnd("    where: \"row.status == 'published'\"\n    softDelete: deleted_at\n"
                        + "  - table: public.orders\n");
        Config.Selection selection = config.documents().get(0).selection();
        assertThat(selection.softDelete())
                .satisfies(column -> assertThat(column.text()).isEqualTo("deleted_at"));
        assertThat(selection.softDelete())
                .satisfies(column -> assertThat(column.at()).matches(".*\\.yml:\\d+:17: documents\\[0]\\.softDelete"));
        assertThat(selection.where())
                .satisfies(where -> assertThat(where.text()).isEqualTo("row.status == 'published'"))
                .satisfies(where -> assertThat(where.path()).isEqualTo("documents[0].where"));
        assertThat(config.documents().get(1).selection()).isEqualTo(Config.Selection.ALL);
    }

    @Test
    void load_takesRules() {
        Config config = loading().minimalAnd("""
                            require:
                              name: { required: true, length: { min: 1, max: 80 }, regex: "^[A-Z]" }
                              price: { range: { min: 0 } }
                              mail: { email: true }
                            onInvalid: skip
                        """);
        Config.Validation validation = config.documents().get(0).validation();
        assertThat(validation.onInvalid()).isEqualTo(Config.OnInvalid.SKIP);
        assertThat(validation.rules()).containsOnlyKeys("name", "price", "mail");
        assertThat(validation.rules().get("price"))
                .isEqualTo(
                        new Config.Rule(false, new Config.Bounds(java.math.BigDecimal.ZERO, null), null, null, false));
    }

    @Test
    void load_refusesRulesOfFieldsThatAreNotThere() {
        assertThat(loading().problemsAnd("    fields: { name: ~ }\n    require: { nmae: { required: true } }\n"))
                .containsExactly(
                        "tidemark.yml:9: documents[0].require.nmae: there is no such field; did you mean 'name'?");
    }

    @Test
    void load_refusesListsThatAreEmptyOrNone() {
        assertThat(loading().problemWhere("documents:\n  - table: public.products", "documents: []"))
                .isEqualTo(
                        "tidemark.yml:6: documents: must name at least one table; such as '- table: public.products'");
        assertThat(loading().problemWhere("- table: public.products", "- public.products"))
                .isEqualTo("tidemark.yml:7: documents[0]: must be a mapping, not plain text");
    }
}
