package dev.tidemark.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tidemark.config.read.ConfigLoader;
import dev.tidemark.connector.data.TableId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Loads one YAML text, and hands out the configuration or the lines of what is wrong with it. */
public final class Loading {

    static final long HEAP = 4L << 30;

    /** A short complete file. */
    public static final String MINIMAL = """
            name: shop
            source:
              postgres: { host: db, database: shop, user: tidemark, password: pw }
            sink:
              typesense: { nodes: ["http://search:8108"], apiKey: key }
            documents:
              - table: public.products
            """;

    private final Path directory;
    private final Map<String, String> environment = new HashMap<>();
    private List<TableId> tables = List.of();

    public Loading(Path directory) {
        this.directory = directory;
    }

    /** What tables the database has. */
    Loading withTables(String... names) {
        tables = Arrays.stream(names).map(TableId::parse).toList();
        return this;
    }

    public Loading with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    public Config config(String yaml) {
        return ConfigLoader.load(
                file(yaml),
                List.of(FakeConnectorFactory.POSTGRES, FakeConnectorFactory.MYSQL),
                environment,
                draft -> tables,
                HEAP);
    }

    /** The minimal file with more keys at its end. */
    Config minimalAnd(String more) {
        return config(MINIMAL + more);
    }

    /** What is wrong, a line each, with the file's directory cut off. */
    public List<String> problems(String yaml) {
        return rejection(yaml).getMessage().replace(directory + "/", "").lines().toList();
    }

    /** What is wrong with the minimal file and more keys at its end. */
    List<String> problemsAnd(String more) {
        return problems(MINIMAL + more);
    }

    /** The one problem of the minimal file in which a text was replaced. */
    String problemWhere(String text, String replacement) {
        assertThat(MINIMAL).contains(text);
        List<String> problems = problems(MINIMAL.replace(text, replacement));
        assertThat(problems).hasSize(1);
        return problems.get(0);
    }

    public ConfigException rejection(String yaml) {
        ConfigException rejected = catchThrowableOfType(ConfigException.class, () -> config(yaml));
        assertThat(rejected).as("refused").isNotNull();
        return rejected;
    }

    private Path file(String yaml) {
        try {
            return Files.writeString(directory.resolve("tidemark.yml"), yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
