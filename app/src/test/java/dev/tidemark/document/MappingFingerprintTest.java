package dev.tidemark.document;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidemark.GoldenShop;
import dev.tidemark.config.Cel;
import dev.tidemark.config.Config;
import dev.tidemark.config.DocumentBuilder;
import dev.tidemark.connector.Join;
import dev.tidemark.connector.SqlTemplate;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.ColumnType;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.golden.Golden;
import dev.tidemark.sink.CollectionInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappingFingerprintTest {

    private static final TableId ITEMS = new TableId("public", "items");
    private static final SqlTemplate QUERY = SqlTemplate.of("SELECT id FROM items WHERE id IN (:ids)");

    private static CollectionInfo collection(String name) {
        return new CollectionInfo(name, List.of(), false, null, 0);
    }

    private static TableInfo table(String... key) {
        return new TableInfo(
                new RowSchema(ITEMS, List.of(new Column("id", ColumnType.of(ColumnType.Kind.INT64), false))),
                List.of(key),
                -1);
    }

    private static DocumentBuilder document() {
        return DocumentBuilder.of(ITEMS, "goods");
    }

    private static MappingFingerprint of(DocumentBuilder document) {
        return MappingFingerprint.of(document.build(), table("id"), collection("goods"));
    }

    private static Config.Field column(String name) {
        return new Config.Field(name, null, null, null, null, null, null);
    }

    @Test
    void form_isFrozen(@TempDir Path directory) throws IOException {
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        for (Config.Document document : GoldenShop.config(directory).documents()) {
            MappingFingerprint fingerprint =
                    MappingFingerprint.of(document, GoldenShop.table(document), collection(document.collection()));
            ObjectNode each = all.putObject(document.recordName());
            each.put("stored", fingerprint.text());
            each.put(
                    "storedBeforeV2",
                    new LegacyFingerprint(document, GoldenShop.table(document), collection(document.collection()))
                            .text());
            ObjectNode hashed = each.putObject("hashed");
            fingerprint.canonical().forEach(hashed::set);
        }
        Golden.assertJson("fingerprints.json", all);
    }

    @Test
    void order_ofFieldsAndRules_doesNotCount() {
        Map<String, Config.Field> fields = new LinkedHashMap<>();
        fields.put("a", column("a"));
        fields.put("b", column("b"));
        Map<String, Config.Field> turned = new LinkedHashMap<>();
        turned.put("b", column("b"));
        turned.put("a", column("a"));
        assertThat(of(document().fields(fields)).text())
                .isEqualTo(of(document().fields(turned)).text())
                .isNotEqualTo(of(document().fields(Map.of("a", column("b"), "b", column("a"))))
                        .text());
    }

    @Test
    void statements_count_andTheirLinesDoNot() {
        MappingFingerprint fingerprint = of(document().joined(new Join.Query(QUERY)));
        assertThat(of(document().joined(new Join.Query(SqlTemplate.of("SELECT id\n  FROM items WHERE id IN (:ids)"))))
                        .matches(fingerprint.text()))
                .isTrue();
        assertThat(List.of(
                        fingerprint.text(),
                        of(document()
                                        .joined(new Join.Query(
                                                SqlTemplate.of("SELECT id, a FROM items WHERE id IN (:ids)"))))
                                .text(),
                        of(document().joined(new Join.Query(QUERY), new Join.Dependency(ITEMS, List.of("id"), null)))
                                .text(),
                        of(document().joined(new Join.Query(QUERY), new Join.Dependency(ITEMS, List.of("id"), QUERY)))
                                .text(),
                        MappingFingerprint.of(
                                        document().joined(new Join.Query(QUERY)).build(),
                                        table("id").definedBy("SELECT 1"),
                                        collection("goods"))
                                .text()))
                .doesNotHaveDuplicates();
    }

    @Test
    void ids_differ_inBothForms() {
        MappingFingerprint plain = of(document());
        for (DocumentBuilder other :
                List.of(document().idPrefix("eu:"), document().idBy(Cel.cel("row.id + 1")))) {
            MappingFingerprint changed = of(other);
            for (String stored : List.of(plain.text(), legacy(document()))) {
                assertThat(changed.hasOtherIds(stored)).as(stored).isTrue();
                assertThat(plain.hasOtherIds(stored)).as(stored).isFalse();
                assertThat(of(document().fields(Map.of("a", column("a")))).hasOtherIds(stored))
                        .as(stored)
                        .isFalse();
            }
            assertThat(plain.hasOtherIds(legacy(other))).isTrue();
            assertThat(plain.hasOtherIds(changed.text())).isTrue();
        }
    }

    @Test
    void place_isThatOfTableAndCollection_inBothForms() {
        MappingFingerprint elsewhere = MappingFingerprint.of(document().build(), table("id"), collection("others"));
        for (String stored : List.of(of(document()).text(), legacy(document()))) {
            assertThat(of(document().idPrefix("eu:")).hasSamePlace(stored)).isTrue();
            assertThat(elsewhere.hasSamePlace(stored)).isFalse();
            assertThat(elsewhere.hasOtherIds(stored)).isFalse();
            assertThat(MappingFingerprint.isOfCollection(stored, "goods")).isTrue();
            assertThat(MappingFingerprint.isOfCollection(stored, "others")).isFalse();
        }
    }

    @Test
    void difference_namesTheParts() {
        assertThat(of(document().fields(Map.of("a", column("b"))).idPrefix("eu:"))
                        .difference(
                                of(document().fields(Map.of("a", column("a")))).text()))
                .isEqualTo("changed: id, fields");
        assertThat(of(document())
                        .difference(
                                of(document().fields(Map.of("a", column("a")))).text()))
                .isEqualTo("changed: fields");
        assertThat(of(document().idPrefix("eu:")).difference(legacy(document())))
                .isEqualTo("it was: public.items -> goods by id; it is: public.items -> goods by eu:id");
    }

    private static String legacy(DocumentBuilder document) {
        return new LegacyFingerprint(document.build(), table("id"), collection("goods")).text();
    }
}
