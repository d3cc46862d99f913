package dev.tidemark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher as it stands, in a checkout of a program with two classes. Maven's part is played by a script that overwrites
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
        Path classes = Files.createDirectories(directory.resolve("classes-" + text));
        int code = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-d", classes.toString(), main.toString(), late.toString());
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
        ProcessBuilder builder = new ProcessBuilder(checkout.resolve("tidemark").toString(), of.toString())
                .redirectErrorStream(true)
                .redirectOutput(of.resolve("output").toFile());
        builder.environment().put("PATH", directory.resolve("bin") + ":" + System.getenv("PATH"));
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
}
