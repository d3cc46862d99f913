package dev.tidemark.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The benchmark with few rows, as a process of its own: each figure is measured. A run fails if the bare process wrote other
 * documents than Tidemark.
 */
@Timeout(600)
class BenchIT {

    private static final int STOP_WAIT_SECONDS = 500;

    @Test
    void postgres_measuresEverything(@TempDir Path directory) throws Exception {
        JsonNode figures = bench(directory, "--rows", "2000", "--latency-seconds", "3", "--loads", "2");

        for (String phase : List.of("snapshot", "streaming", "hot", "deletes")) {
            assertPositive(figures, "/" + phase + "/tidemark", "/" + phase + "/engine", "/" + phase + "/ratio");
        }
        assertPositive(figures, "/snapshot/raw", "/streaming/raw", "/deletes/raw", "/rawCpuMicrosPerRow");
        assertPositive(figures, "/firstDocumentMillis", "/peakRssMb", "/latencyMillis/interval0/p50");
        assertThat(figures.path("loads")).hasSize(2);
        assertPositive(figures, "/loads/1/rowsPerSecond", "/loads/1/cpuMicrosPerRow");
    }

    @Test
    void mysql_measuresTheLoad(@TempDir Path directory) throws Exception {
        JsonNode figures = bench(directory, "--source", "mysql", "--rows", "20000", "--only", "load");

        assertPositive(figures, "/snapshot/raw", "/snapshot/tidemark", "/snapshot/engine", "/firstDocumentMillis");
        assertThat(figures.path("loads")).hasSize(1);
        assertThat(figures.has("streaming")).isFalse();
    }

    @Test
    void growth_isMeasuredInEachRun(@TempDir Path directory) throws Exception {
        JsonNode figures = bench(directory, "--only", "growth", "--growth-rows", "100,300", "--runs", "2");

        assertThat(figures.path("runs").asInt()).isEqualTo(2);
        assertThat(figures.at("/growth/1/rows").asInt()).isEqualTo(300);
        assertPositive(figures, "/growth/1/rowsPerSecond", "/growth/1/peakRssMb");
        assertThat(figures.at("/spread/growth/1/rowsPerSecond")).hasSize(2);
        assertThat(figures.has("snapshot")).isFalse();
    }

    private static void assertPositive(JsonNode figures, String... pointers) {
        for (String pointer : pointers) {
            assertThat(figures.at(pointer).doubleValue()).as(pointer).isPositive();
        }
    }

    private static JsonNode bench(Path directory, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-Duser.timezone=UTC",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.tidemark.Main",
                "bench",
                "--json"));
        command.addAll(List.of(arguments));
        Path errors = directory.resolve("errors");
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(command)
                .redirectError(errors.toFile())
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(STOP_WAIT_SECONDS, TimeUnit.SECONDS))
                    .as("has ended; %s", Files.readString(errors))
                    .isTrue();
        } finally {
            process.destroy();
        }
        assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
        return new ObjectMapper().readTree(output.toFile());
    }
}
