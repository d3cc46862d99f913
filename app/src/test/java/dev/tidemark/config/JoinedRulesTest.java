package dev.tidemark.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.connector.Join;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.document.MappingFingerprint;
import dev.tidemark.sink.CollectionInfo;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules of {@code query}, {@code view}, {@code dependsOn} and {@code reads}. */
class JoinedRulesTest {

    private static final String QUERY = "    query: SELECT id FROM products WHERE id IN (:ids)\n";

    private final Loading loading;

    JoinedRulesTest(@TempDir Path directory) {
        this.loading = new Loading(directory);
    }

    private DocumentSource.Joined joined(String more) {
        return (DocumentSource.Joined)
                loading.minimalAnd(more).documents().get(0).source();
    }

    @Test
    void load_takesQueryAndDependencies() {
        DocumentSource.Joined joined = joined("""
                    query: |
                      SELECT p.id, b.name AS brand -- :ids are the products'
                      FROM products p JOIN brands b ON b.id = p.brand_id
                      WHERE p.id in ( :ids );
                    dependsOn:
                      - { table: public.brands, ids: "SELECT id FROM products WHERE brand_id = :id OR other = :id" }
                      - { table: public.pairs, ids: ":shop, :product" }
                """);
        assertThat(((Join.Query) joined.statement()).select().toString()).endsWith("WHERE p.id in ( :ids )");
        assertThat(joined.place(Join.InvalidJoinException.STATEMENT)).isEqualTo("documents[0].query (line 8)");
        assertThat(joined.place(1)).isEqualTo("documents[0].dependsOn[1].ids (line 14)");
        assertThat(joined.dependencies())
                .extracting(Join.Dependency::columns)
                .containsExactly(List.of("id"), List.of("shop", "product"));
        assertThat(joined.dependencies().get(1).select()).isNull();
    }

    @Test
    void load_capturesWhatDocumentsDependOn() {
        List<SourceSettings.Table> tables =
                loading.minimalAnd(QUERY + """
                    dependsOn:
                      - { table: public.brands, ids: "SELECT id FROM products WHERE brand_id = :id" }
                      - { table: public.brands, ids: ":main_product" }
                  - table: public.shelves
                """).source().settings().tables();
        assertThat(tables)
                .containsExactly(
                        new SourceSettings.Table(TableId.parse("public.products"), List.of()),
                        new SourceSettings.Table(TableId.parse("public.shelves"), List.of()),
                        new SourceSettings.Table(
                                TableId.parse("public.brands"), List.of(), List.of("id", "main_product")));
    }

    @Test
    void load_takesView_andLimits() {
        assertThat(joined("    view: public.documents\n").statement())
                .isEqualTo(new Join.View(TableId.parse("public.documents")));
        SourceSettings settings = loading.config(Loading.MINIMAL.replace(
                        "password: pw",
                        "password: pw, reads: { maxConnections: 2, statementTimeout: 5s, queriesPerSecond: 20 }"))
                .source()
                .settings();
        assertThat(settings.reads()).isEqualTo(new SourceSettings.Reads(2, Duration.ofSeconds(5), 20));
        assertThat(loading.minimalAnd("").source().settings().reads())
                .isEqualTo(new SourceSettings.Reads(4, Duration.ofSeconds(60), 1000));
    }

    @Test
    void load_refusesWhatCannotWork() {
        assertThat(loading.problemsAnd("    query: SELECT 1\n"))
                .containsExactly("tidemark.yml:8: documents[0].query: does not say which documents to read; write WHERE"
                        + " p.id IN (:ids), or (p.a, p.b) IN (:ids) where the id has two columns");
        assertThat(loading.problemsAnd("    query: SELECT 1 WHERE id = ANY(:ids)\n")
                        .get(0))
                .contains("must use the ids as IN (:ids)");
        assertThat(loading.problemsAnd("    query: SELECT :x WHERE id IN (:ids)\n")
                        .get(0))
                .contains("has unknown placeholders: :x; only :ids is known in a query");
        assertThat(loading.problemsAnd("    query: SELECT a ? 'b' WHERE id IN (:ids)\n")
                        .get(0))
                .contains("must not hold a ?");
        assertThat(loading.problemsAnd(QUERY + "    view: public.v\n"))
                .containsExactly("tidemark.yml:9: documents[0].view: does not go with 'query'; remove one of them");
        assertThat(loading.problemsAnd("    dependsOn: [{ table: public.brands, ids: ':id' }]\n"))
                .containsExactly(
                        "tidemark.yml:8: documents[0].dependsOn: needs a 'query' or a 'view'; a document of one"
                                + " table depends on no other");
        assertThat(loading.problemsAnd(QUERY + """
                    dependsOn:
                      - { table: brands, ids: SELECT 1 }
                      - { table: public.brands, ids: SELECT 1 }
                      - { tabel: public.brands }
                """))
                .hasSize(4)
                .anyMatch(line ->
                        line.startsWith("tidemark.yml:10: documents[0].dependsOn[0].table: must be schema.table"))
                .anyMatch(line -> line.startsWith(
                        "tidemark.yml:11: documents[0].dependsOn[1].ids: names no column of public.brands; write :id"))
                .anyMatch(line -> line.contains("documents[0].dependsOn[2].tabel: unknown key; did you mean 'table'?"))
                .anyMatch(line -> line.contains("documents[0].dependsOn[2].ids: is required and not given"));
    }

    private String fingerprint(String more, @Nullable String definition) {
        Config.Document document = loading.minimalAnd(more).documents().get(0);
        TableInfo table = new TableInfo(new RowSchema(document.table().id(), List.of()), List.of("id"), -1);
        return MappingFingerprint.of(
                        document,
                        table.definedBy(definition),
                        new CollectionInfo(document.collection(), List.of(), false, null, 0))
                .text();
    }

    @Test
    void fingerprint_changesWithTheStatements_notWithTheirLines() {
        String fingerprint = fingerprint(QUERY, null);
        assertThat(fingerprint(QUERY, "SELECT 1")).isNotEqualTo(fingerprint);
        assertThat(fingerprint("    query: |\n      SELECT id\n      FROM products WHERE id IN (:ids)\n", null))
                .isEqualTo(fingerprint);
        assertThat(fingerprint(QUERY.replace("SELECT id", "SELECT id, name"), null))
                .isNotEqualTo(fingerprint);
        assertThat(fingerprint(QUERY + "    dependsOn: [{ table: public.brands, ids: ':id' }]\n", null))
                .isNotEqualTo(fingerprint);
    }
}
