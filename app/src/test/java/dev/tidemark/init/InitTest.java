package dev.tidemark.init;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.Commands;
import dev.tidemark.config.Config;
import dev.tidemark.config.read.ConfigLoader;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.ColumnType;
import dev.tidemark.connector.data.ColumnType.Kind;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.postgres.PostgresConnectorFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InitTest {

    private final Path directory;

    InitTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private static Column column(String name, Kind kind) {
        return new Column(name, ColumnType.of(kind), true);
    }

    private static TableInfo table(String name, List<String> key, Column... columns) {
        return new TableInfo(new RowSchema(TableId.parse(name), List.of(columns)), key, -1);
    }

    @Test
    void draft_isAConfiguration_whateverTheNames() throws Exception {
        String yaml = new DraftYaml(
                        SourceUrl.parse("postgres://me:p%40ss@[::1]:5433/my%20shop"),
                        "shop",
                        List.of(
                                table(
                                        "public.products",
                                        List.of("id"),
                                        column("id", Kind.INT32),
                                        column("name", Kind.TEXT),
                                        column("status", Kind.TEXT),
                                        column("no", Kind.TEXT),
                                        column("active", Kind.BOOL),
                                        column("password_hash", Kind.TEXT),
                                        column("photo", Kind.BYTES),
                                        column("a:b \"c\" ${D}", Kind.TEXT)),
                                table("public.only", List.of("id"), column("id", Kind.INT32)),
                                table("other.products", List.of("code"), column("code", Kind.TEXT)),
                                table("public.odd: name", List.of("id"), column("n", Kind.INT32))),
                        Map.of(TableId.parse("public.logs"), "it has no primary key"))
                .text();
        Path file = Files.writeString(directory.resolve("tidemark.yml"), yaml);
        Config config = ConfigLoader.load(
                file, List.of(new PostgresConnectorFactory()), Map.of("DB_PASSWORD", "p", "TYPESENSE_API_KEY", "k"));
        assertThat(config.source().settings().host()).isEqualTo("[::1]");
        assertThat(config.source().settings().port()).isEqualTo(5433);
        assertThat(config.source().settings().database()).isEqualTo("my shop");
        assertThat(config.documents())
                .extracting(each -> each.table().id() + " in " + each.collection())
                .containsExactly(
                        "public.products in public_products",
                        "public.only in only",
                        "other.products in other_products",
                        "public.odd: name in public_odd__name");
        Map<String, Config.Field> fields = config.documents().get(0).fields();
        assertThat(fields).containsOnlyKeys("name", "status", "no", "active", "a_b__c____D_");
        assertThat(fields)
                .hasEntrySatisfying(
                        "a_b__c____D_", field -> assertThat(field.column()).isEqualTo("a:b \"c\" ${D}"))
                .hasEntrySatisfying("status", field -> assertThat(field.facet()).isTrue())
                .hasEntrySatisfying("active", field -> assertThat(field.facet()).isTrue())
                .hasEntrySatisfying("name", field -> assertThat(field.facet()).isNull());
        assertThat(config.documents().get(1).fields()).isNull();
        assertThat(yaml)
                .contains(
                        "\"password_hash\": left out", "\"photo\": left out", "# - table: \"public.logs\"  # it has no")
                .doesNotContain("p@ss", "p%40ss");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    postgres://shop.example.com/shop   | postgres://postgres@shop.example.com/shop
                    postgresql://me:secret@h:6543/a%2Fb | postgres://me@h:6543/a/b
                    mysql://h                          | mysql://root@h/
                    MySQL://app@h/shop                 | mysql://app@h/shop
                    """)
    void url_isRead_andNeverShowsItsPassword(String text, String shown) {
        assertThat(SourceUrl.parse(text)).hasToString(shown);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    shop                        | must begin with postgres:// or mysql://
                    http://h/shop               | must begin with postgres:// or mysql://
                    postgres://h                | names no database
                    postgres:///shop            | names no host
                    postgres://me:secret@h/a b  | is not a URL
                    """)
    void urlThatIsNone_isExplained(String text, String message) {
        assertThatThrownBy(() -> SourceUrl.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message)
                .hasMessageContaining("such as postgres://")
                .hasMessageNotContaining("secret");
    }

    @Test
    void presentFiles_areNotOverwritten() throws Exception {
        for (String present : List.of("a.yml", "a.sql")) {
            Path file = Files.writeString(directory.resolve(present), "mine");
            Commands.Ended ended = Commands.run(
                    "init",
                    "--source",
                    "postgres://127.0.0.1:1/x",
                    "--output",
                    directory.resolve("a.yml").toString());
            assertThat(ended.code()).isEqualTo(2);
            assertThat(ended.err()).contains(present + " exists, and nothing is overwritten");
            assertThat(file).hasContent("mine");
            Files.delete(file);
        }
    }
}
