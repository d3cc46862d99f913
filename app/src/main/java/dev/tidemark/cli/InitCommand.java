package dev.tidemark.cli;

import dev.tidemark.config.yaml.Suggestion;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.ConnectorFactory;
import dev.tidemark.connector.Secret;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.SourceSettingsBuilder;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.files.PrivateFiles;
import dev.tidemark.init.DraftSql;
import dev.tidemark.init.DraftYaml;
import dev.tidemark.init.SourceUrl;
import dev.tidemark.logging.Logging;
import dev.tidemark.startup.Connectors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tidemark init}: a first configuration, and the SQL that belongs to it, from a database. */
@Command(
        name = "init",
        description = {
            "Reads the tables of a database and writes a configuration (tidemark.yml) and the SQL that prepares the database for"
                    + " it (tidemark.sql). It changes nothing in the database, and overwrites no file.",
            "The password comes from the URL, from the environment variable " + InitCommand.PASSWORD
                    + " (or PGPASSWORD, MYSQL_PWD), or is prompted for."
        })
public final class InitCommand implements Callable<Integer> {

    static final String PASSWORD = "TIDEMARK_INIT_PASSWORD";

    /** Names with quotes, or with spaces at an end: rules of {@code documents[].table}. */
    private static final Pattern UNNAMEABLE = Pattern.compile("[\"`]|^\\s|\\s$|\\s\\.|\\.\\s");

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,30}");

    @Option(
            names = "--source",
            required = true,
            paramLabel = "URL",
            description =
                    "the database, as its owner: postgres://user@host:port/database or mysql://user@host:port/database")
    private String source = "";

    @Option(
            names = "--tables",
            split = ",",
            paramLabel = "TABLE",
            description = "only these, such as public.products,public.customers; default: all")
    private List<String> chosen = List.of();

    @Option(names = "--output", paramLabel = "FILE", description = "the configuration; default: ${DEFAULT-VALUE}")
    private Path output = Path.of("tidemark.yml");

    @Option(names = "--name", paramLabel = "NAME", description = "the pipeline's name; default: that of the database")
    private String name = "";

    private final Map<TableId, String> leftOut = new LinkedHashMap<>();

    @Override
    public Integer call() {
        try {
            SourceUrl url = SourceUrl.parse(source);
            String pipeline = name.isEmpty() ? nameOf(url.database()) : name;
            if (!NAME.matcher(pipeline).matches()) {
                throw new IllegalArgumentException("--name " + pipeline
                        + ": it must begin with a-z and contain only a-z, 0-9" + " and _, at most 31 characters");
            }
            Path sql = sqlBeside(output);
            for (Path file : List.of(output, sql)) {
                if (Files.exists(file)) {
                    throw new FileAlreadyExistsException(file.toString());
                }
            }
            draft(url, pipeline, sql);
            return ExitCode.DONE;
        } catch (IllegalArgumentException e) {
            return reject(String.valueOf(e.getMessage()));
        } catch (FileAlreadyExistsException e) {
            return reject(
                    e.getFile() + " exists, and nothing is overwritten: name another file with --output, or move it");
        } catch (IOException e) {
            return reject("the files cannot be written: " + e.getMessage());
        }
    }

    private static int reject(String why) {
        System.err.println("init: " + why);
        return ExitCode.REJECTED;
    }

    private static Path sqlBeside(Path output) {
        String file = String.valueOf(output.getFileName());
        return output.resolveSibling(file.replaceFirst("\\.ya?ml$", "") + ".sql");
    }

    /** Returns a name that is valid for slot, publication and files. */
    private static String nameOf(String database) {
        String plain =
                database.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_").replaceFirst("^[^a-z]+", "");
        return plain.isEmpty() ? "tidemark" : plain.substring(0, Math.min(plain.length(), 31));
    }

    private void draft(SourceUrl url, String pipeline, Path sql) throws IOException {
        ConnectorFactory factory = Connectors.ALL.stream()
                .filter(each -> each.name().equals(url.kind()))
                .findFirst()
                .orElseThrow();
        Secret password = new Secret(password(url));
        Logging.mask(List.of(password));
        SourceSettingsBuilder settings = SourceSettings.of(pipeline)
                .at(url.host(), url.port() < 0 ? factory.defaultPort() : url.port())
                .database(factory.needsDatabase() ? url.database() : "")
                .as(url.user(), password);
        List<TableInfo> tables = tables(factory, settings, url, password);
        if (tables.isEmpty()) {
            throw new IllegalArgumentException(url + " has no table that can be followed"
                    + (leftOut.isEmpty() ? "" : ": ")
                    + String.join(
                            "; ",
                            leftOut.entrySet().stream()
                                    .map(each -> each.getKey() + " " + each.getValue())
                                    .toList()));
        }
        write(output, new DraftYaml(url, pipeline, tables, leftOut).text());
        write(
                sql,
                DraftSql.of(
                        url.kind(),
                        pipeline,
                        tables.stream().map(table -> table.schema().table()).toList()));
        report(url, tables.size(), sql);
    }

    private List<TableInfo> tables(
            ConnectorFactory factory, SourceSettingsBuilder settings, SourceUrl url, Secret password) {
        try {
            return described(factory, settings, tables(factory.create(settings.build()), url));
        } catch (SourceException e) {
            if (password.reveal().isEmpty() && !e.isRetryable()) {
                throw new IllegalArgumentException(
                        e.getMessage() + "; give the password of " + url.user() + " in " + PASSWORD, e);
            }
            throw e;
        }
    }

    private void report(SourceUrl url, int tables, Path sql) {
        System.out.println(output + ": " + tables + " tables of " + url);
        leftOut.forEach((table, why) -> System.out.println("  without " + table + ": " + why));
        System.out.println(
                sql + ": the role, its grants" + (url.kind().equals("postgres") ? " and the publication" : "")
                        + ". Replace the password in it and run it as the owner of the tables");
        System.out.println(
                "Next: export DB_PASSWORD=... TYPESENSE_ADMIN_KEY=..., then tidemark keys create, check and run"
                        + " (docs/quickstart.md)");
    }

    private static String password(SourceUrl url) {
        String given = url.password();
        for (String variable : List.of(PASSWORD, url.kind().equals("postgres") ? "PGPASSWORD" : "MYSQL_PWD")) {
            given = given == null ? System.getenv(variable) : given;
        }
        if (given == null && Boolean.getBoolean("tidemark.terminal")) { // the launcher knows whether a person is asked
            given = Optional.ofNullable(System.console())
                    .map(console -> console.readPassword("Password of %s at %s: ", url.user(), url.host()))
                    .map(String::new)
                    .orElse(null);
        }
        return given == null ? "" : given;
    }

    /** Returns the selected tables; with MySQL those of one database, if the URL names one. */
    private List<TableId> tables(Connector connector, SourceUrl url) {
        List<TableId> all = connector.tables().stream()
                .filter(table -> url.kind().equals("postgres")
                        || url.database().isEmpty()
                        || table.schema().equals(url.database()))
                .toList();
        if (chosen.isEmpty()) {
            return all;
        }
        List<TableId> found = new ArrayList<>();
        for (String each : chosen) {
            String wanted = each.strip();
            TableId table = all.stream()
                    .filter(known ->
                            known.toString().equals(wanted) || known.table().equals(wanted))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("--tables: " + url + " has no table " + wanted
                            + "; "
                            + Suggestion.hint(
                                    wanted,
                                    all.stream()
                                            .map(known -> wanted.contains(".") ? known.toString() : known.table())
                                            .toList())));
            if (!found.contains(table)) {
                found.add(table);
            }
        }
        return found;
    }

    private List<TableInfo> described(ConnectorFactory factory, SourceSettingsBuilder settings, List<TableId> tables) {
        List<TableInfo> described = new ArrayList<>();
        for (TableId table : tables) {
            if (UNNAMEABLE.matcher(table.toString()).find()) {
                leftOut.put(table, "a configuration cannot contain its name");
                continue;
            }
            Connector connector = factory.create(settings.tables(List.of(new SourceSettings.Table(table, List.of())))
                    .build());
            try {
                TableInfo info = connector.describe().get(table);
                if (info == null) {
                    leftOut.put(table, "it was dropped meanwhile");
                } else if (info.key().isEmpty()) {
                    leftOut.put(table, "it has no primary key: add one, or say with 'id' which columns are one");
                } else {
                    described.add(info);
                }
            } catch (SourceException e) {
                leftOut.put(table, String.valueOf(e.getMessage()));
            }
        }
        return described;
    }

    private static void write(Path file, String text) throws IOException {
        try (FileChannel channel = PrivateFiles.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
    }
}
