package dev.tidemark.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A million dead letters after a restart, in a heap that cannot hold them. */
@Timeout(600)
class ManyDeadLettersTest {

    private static final int MANY = 1_000_000;

    @Test
    void aMillion_areListedSettledAndDiscarded_inASmallHeap(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("products.jsonl");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
            String line = new String(DeadLetterJson.line(Letters.of("products", "ID", 7)), StandardCharsets.UTF_8);
            for (int id = 0; id < MANY; id++) {
                String of = line.replace("ID", "id-" + id);
                out.write((id % 1000 == 0 ? of.replace("must be", "seldom is") : of).getBytes(StandardCharsets.UTF_8));
            }
        }
        assertThat(Files.size(file)).as("more than the heap").isGreaterThan(160L << 20);
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ManyDeadLettersMain.class.getName(),
                        directory.toString())
                .redirectErrorStream(true)
                .start();
        List<String> said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertThat(child.waitFor()).as(said.toString()).isZero();
        assertThat(said)
                .filteredOn(line -> line.startsWith("> ") && !line.contains("millis"))
                .containsExactly(
                        "> pending 1000000",
                        "> seldom 1000, listed 5",
                        "> discarded 5",
                        "> left 400000",
                        "> false true",
                        "> left 0");
    }
}
