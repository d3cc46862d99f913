package dev.tidemark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher as it stands, in a checkout of a program with three classes. Maven's part is played by a script that overwrites
 * {@code app/tools/target} as Maven does.
 */
class LauncherTest {

    private static final String MAIN = """
            package dev.tidemark;
            public class Main {
                public static void main(String[] a) throws Exception {
                    java.nio.file.Path directory = java.nio.file.Path.of(a[0]);
                    java.nio.file.Files.createFile(directory.resolve("started"));
                    while (!java.nio.file.Files.exists(directory.resolve("go"))) {
                        Thread.sleep(20);
                    }
                    System.out.println(Late.text());
                }
            }
            """;
    private static final String TRAINING = """
            package dev.tidemark;
            public class ClassArchiveTraining {
                public static void main(String[] a) throws Exception {
                    Class.forName("dev.tidemark.Main");
                    Late.text();
                }
            }
            """;
    private static final String LATE =
            "package dev.tidemark; public class Late { public static String text() { return \"%s\"; } }";

    private final Path directory;
    private final Path checkout;

    LauncherTest(@TempDir Path directory) {
        this.directory = directory;
        this.checkout = directory.resolve("checkout");
    }

    @BeforeEach
    void createCheckout() throws Exception {
        for (String each : List.of("app/src/main", "app/tools/src/main", "connectors/api/src/main")) {
            Files.createDirectories(checkout.resolve(each));
        }
        for (String each : List.of("pom.xml", "app/pom.xml", "app/tools/pom.xml", "connectors/api/pom.xml")) {
            Files.createFile(checkout.resolve(each));
        }
        Files.copy(Path.of("..", "tidemark"), checkout.resolve("tidemark"), StandardCopyOption.COPY_ATTRIBUTES);
        Path mvn = Files.createDirectories(directory.resolve("bin")).resolve("mvn");
        Files.writeString(mvn, """
                #!/bin/sh
                echo '[INFO] Building Tidemark: the service                        [1/1]'
                mkdir -p app/tools/target/lib && cp '%1$s/program.jar' app/tools/target/tidemark-tools.jar && cp '%1$s/program.jar' app/tools/target/lib/tidemark-x.jar
                """.formatted(directory));
        assertThat(mvn.toFile().setExecutable(true)).isTrue();
        program("first");
    }

    /** What the next build yields. */
    private void program(String text) throws Exception {
        Path source = Files.createDirectories(directory.resolve("source-" + text));
        Path main = Files.writeString(source.resolve("Main.java"), MAIN);
        Path late = Files.writeString(source.resolve("Late.java"), LATE.formatted(text));
        Path training = Files.writeString(source.resolve("ClassArchiveTraining.java"), TRAINING);
        Path classes = Files.createDirectories(directory.resolve("classes-" + text));
        int code = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-d", classes.toString(), main.toString(), late.toString(), training.toString());
        assertThat(code).isZero();
        java.util.spi.ToolProvider jar =
                java.util.spi.ToolProvider.findFirst("jar").orElseThrow();
        code = jar.run(
                System.out,
                System.err,
                "--create",
                "--file",
                directory.resolve("program.jar").toString(),
                "-C",
                classes.toString(),
                ".");
        assertThat(code).isZero();
    }

    private Process start(String run) throws IOException {
        Path of = Files.createDirectories(directory.resolve(run));
        return start(of, Map.of(), of.toString());
    }

    private Process start(Path of, Map<String, String> environment, String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(checkout.resolve("tidemark").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(of.resolve("output").toFile());
        builder.environment().put("PATH", directory.resolve("bin") + ":" + System.getenv("PATH"));
        builder.environment().put("XDG_CACHE_HOME", directory.resolve("cache").toString());
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "JAVA_OPTS"));
        builder.environment().putAll(environment);
        return builder.start();
    }

    private void awaitStarted(String run) {
        await().atMost(Duration.ofMinutes(1)).until(() -> Files.exists(directory.resolve(run + "/started")));
    }

    private String end(String run, Process process) throws Exception {
        Files.createFile(directory.resolve(run + "/go"));
        process.waitFor();
        return Files.readString(directory.resolve(run + "/output"), StandardCharsets.UTF_8);
    }

    private long copies() throws IOException {
        try (Stream<Path> all = Files.list(checkout.resolve(".launcher"))) {
            return all.filter(Files::isDirectory).count();
        }
    }

    private void changeSources(String text) throws Exception {
        program(text);
        Path stamp = checkout.resolve("app/tools/target/launcher.stamp");
        Path changed = Files.writeString(checkout.resolve("app/src/main/Changed.java"), text);
        Files.setLastModifiedTime(
                changed,
                java.nio.file.attribute.FileTime.fromMillis(
                        Files.getLastModifiedTime(stamp).toMillis() + 1_000));
    }

    @Test
    void build_leavesTheRunningProgramAlone_andRemovesCopiesThatNothingRuns() throws Exception {
        Process first = start("one");
        awaitStarted("one");
        assertThat(Files.readString(directory.resolve("one/output")))
                .contains("building", "1 of 1: Tidemark: the service", "built in");

        changeSources("second");
        Process second = start("two");
        awaitStarted("two");
        assertThat(copies()).isEqualTo(2);
        assertThat(end("one", first)).endsWith("first\n").doesNotContain("NoClassDefFoundError");

        changeSources("third");
        Process third = start("three");
        awaitStarted("three");
        assertThat(copies()).as("the first has ended, the second runs").isEqualTo(2);
        assertThat(end("two", second)).endsWith("second\n");
        assertThat(end("three", third)).endsWith("third\n");
    }

    @Test
    void nothingIsBuilt_ifNothingChanged() throws Exception {
        assertThat(endAtOnce("one")).contains("building").endsWith("first\n");
        assertThat(endAtOnce("two")).isEqualTo("first\n");
        assertThat(copies()).isEqualTo(1);
    }

    private String endAtOnce(String run) throws Exception {
        Process process = start(run);
        awaitStarted(run);
        return end(run, process);
    }

    @Test
    void classArchive_isUsed_untilTheProgramChanges() throws Exception {
        endAtOnce("build");
        assertThat(archivedClasses("before")).isEmpty();
        Path archive = createArchive();
        assertThat(archivedClasses("with")).contains("dev.tidemark.Main", "dev.tidemark.Late");
        assertThat(createArchive()).isEqualTo(archive);

        changeSources("second");
        assertThat(endAtOnce("next")).endsWith("second\n");
        assertThat(archivedClasses("next build")).isEmpty();
        assertThat(createArchive()).exists().isNotEqualTo(archive);
    }

    /** The JVM would end with a signal. */
    @Test
    void damagedClassArchive_isSilentlyIgnored() throws Exception {
        endAtOnce("build");
        Path archive = createArchive();
        byte[] all = Files.readAllBytes(archive);
        Files.delete(archive);
        Files.write(archive, Arrays.copyOf(all, all.length / 2));
        assertThat(endAtOnce("truncated")).isEqualTo("first\n");
        Arrays.fill(all, all.length / 2, all.length, (byte) 7);
        Files.write(archive, all);
        assertThat(endAtOnce("overwritten")).isEqualTo("first\n");
        Files.write(archive, new byte[all.length]);
        assertThat(endAtOnce("empty")).isEqualTo("first\n");
    }

    @Test
    void classArchive_isNotUsed_ifAnOptionForbidsIt() throws Exception {
        endAtOnce("build");
        createArchive();
        assertThat(archivedClasses("off", Map.of("TIDEMARK_CLASS_ARCHIVE", "off")))
                .isEmpty();
        assertThat(archivedClasses("other", Map.of("JAVA_OPTS", "-Xshare:off"))).isEmpty();
    }

    /** The first start of the service does not wait for it. */
    @Test
    void firstRun_createsTheArchive_alongsideTheProgram() throws Exception {
        endAtOnce("build");
        Path of = Files.createDirectories(directory.resolve("of"));
        List<Process> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            all.add(start(of, Map.of(), "run")); // ends at once: the program expects a directory
        }
        for (Process each : all) {
            each.waitFor();
        }
        await().atMost(Duration.ofMinutes(1))
                .until(() -> !archivedClasses("then").isEmpty());
        assertThat(Files.readString(of.resolve("output"))).doesNotContain("archive");
    }

    private Path createArchive() throws Exception {
        Path of = Files.createDirectories(directory.resolve("archive"));
        assertThat(start(of, Map.of(), "class-archive").waitFor()).isZero();
        return Path.of(Files.readString(of.resolve("output")).strip());
    }

    private List<String> archivedClasses(String run) throws Exception {
        return archivedClasses(run, Map.of());
    }

    /** Returns the classes of the program that came out of an archive. */
    private List<String> archivedClasses(String run, Map<String, String> environment) throws Exception {
        Path of = Files.createDirectories(directory.resolve(run));
        Files.write(of.resolve("go"), new byte[0]);
        Files.deleteIfExists(of.resolve("started"));
        Map<String, String> all = new HashMap<>(environment);
        all.merge("JAVA_OPTS", "-Xlog:class+load", (given, added) -> given + " " + added);
        start(of, all, of.toString()).waitFor();
        return Files.readAllLines(of.resolve("output")).stream()
                .filter(line -> line.contains(" dev.tidemark.") && line.contains("shared objects file"))
                .map(line -> line.replaceFirst(".*(dev\\.tidemark\\.\\w+).*", "$1"))
                .toList();
    }
}
