package dev.tidemark.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.data.TableId;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of {@code collection} where it is an expression. */
class CollectionByRulesTest {

    private static final String BY_TENANT = "    collection: { cel: \"'p_' + row.tenant + row.`my region`\" }\n";

    private final Path directory;

    CollectionByRulesTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private Loading loading() {
        return new Loading(directory);
    }

    @Test
    void load_keepsTheExpression_andAsksForItsColumns() {
        Config config = loading().minimalAnd(BY_TENANT);
        Config.Document document = config.documents().get(0);
        assertThat(((Destination.Family) document.destination()).expression().text())
                .isEqualTo("'p_' + row.tenant + row.`my region`");
        assertThat(document.collection()).isEqualTo("public.products:none");
        assertThat(CollectionName.isValid(document.collection())).isFalse();
        assertThat(document.in("p_a").collection()).isEqualTo("p_a");
        assertThat(document.in("p_a").recordName()).isEqualTo(document.recordName());
        assertThat(config.source().settings().tables())
                .containsExactly(new SourceSettings.Table(
                        TableId.parse("public.products"), List.of(), List.of("tenant", "my region"), false));
    }

    @Test
    void load_tellsMistakesWithTheirPlace() {
        assertThat(loading().problemsAnd("    collection: { cel: \"'p_' +\" }\n"))
                .singleElement()
                .asString()
                .isEqualTo("tidemark.yml:8:31: documents[0].collection.cel: it ends too early");
        assertThat(loading().problemsAnd("    collection: { sel: row.x }\n"))
                .anySatisfy(problem -> assertThat(problem).contains("documents[0].collection.sel", "unknown key"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "idPrefix: 'a:'",
                "deleteWhere: { table: public.tenants, filter: 'tenant_id:=:id' }",
                "view: public.all_products",
                "query: SELECT id FROM products WHERE id IN (:ids)"
            })
    void load_refusesWhatDoesNotGoWithIt(String key) {
        assertThat(loading().problemsAnd(BY_TENANT + "    " + key + "\n"))
                .containsExactly("tidemark.yml:9: documents[0]." + key.replaceFirst(":.*", "")
                        + ": does not go with a collection by expression; remove it, or name one collection");
    }

    @Test
    void load_refusesASecondExpressionOfATable_andTakesPlainCollectionsBesides() {
        String other = "  - { table: public.products, collection: all }\n";
        assertThat(loading().minimalAnd(BY_TENANT + other).documents()).hasSize(2);
        assertThat(loading().problemsAnd(BY_TENANT + other + "  - table: public.products\n" + BY_TENANT))
                .containsExactly("tidemark.yml:10: documents[2]: another document puts rows of public.products into"
                        + " collections by expression; keep one of them");
    }
}
