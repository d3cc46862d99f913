package dev.tidemark.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.testkit.mysql.MySqlServer;
import dev.tidemark.testkit.postgres.PostgresServer;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrphanIT {

    @Test
    void servers_dieWithTheirJvm_evenWhenItIsKilled(@TempDir Path temporary) throws Exception {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Owner.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = jvm.inputReader(StandardCharsets.UTF_8)) {
            long typesense = pid(output);
            long postgres = pid(output);
            assertThat(isAlive(typesense)).isTrue();
            long mysql = pid(output);
            assertThat(isAlive(postgres)).isTrue();
            assertThat(isAlive(mysql)).isTrue();

            jvm.destroyForcibly().waitFor();

            await().atMost(Duration.ofSeconds(60))
                    .until(() -> !isAlive(typesense) && !isAlive(postgres) && !isAlive(mysql));
        } finally {
            jvm.destroyForcibly();
        }
    }

    private static long pid(BufferedReader output) throws IOException {
        return Long.parseLong(String.valueOf(output.lines()
                        .filter(line -> line.startsWith("pid "))
                        .findFirst()
                        .orElse("pid "))
                .substring("pid ".length()));
    }

    private static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    /** A JVM that starts all servers, tells their process ids and waits to be killed. */
    static final class Owner {
        public static void main(String[] arguments) throws IOException {
            System.out.println("pid " + TypesenseServer.start().pid());
            System.out.println("pid " + PostgresServer.start().pid());
            System.out.println("pid " + MySqlServer.start().pid());
            int end = System.in.read();
            System.out.println("standard input ended: " + end);
        }
    }
}
