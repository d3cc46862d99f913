package dev.tidemark.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The form of what {@code bench --json} prints. */
class FiguresFormTest {

    @Test
    void figures_areFrozen() throws IOException {
        Figures figures = new Figures("postgres", 200_000);
        figures.phase("snapshot", new Figures.Phase(400, 200, 150, Figures.Floor.RAW));
        figures.phase("streaming", new Figures.Phase(400, 200, 150, Figures.Floor.SMALLER));
        figures.phase("hot", new Figures.Phase(0, 200, 150, Figures.Floor.ENGINE));
        figures.phase("deletes", new Figures.Phase(400, 200, 150, Figures.Floor.RAW));
        figures.rawCpuMicrosPerRow(12.34);
        figures.load(new Figures.Load(150.4, 137.04));
        figures.load(new Figures.Load(160, 20.06));
        figures.firstDocumentMillis(1_900);
        figures.latency("interval0", new Figures.Latency(1, 2));
        figures.latency("interval2s", new Figures.Latency(3, 4));
        figures.expressions(90, 100);
        figures.growth(50_000, 30_000, 310);
        figures.peakRssMb(500);
        figures.peakRssMb(512);
        figures.peakRssMb(400);
        assertForm("bench.json", figures.json().toString());
    }

    @Test
    void joinedFigures_areFrozen() throws IOException {
        assertForm("bench-joined.json", new JoinedFigures("postgres", 1000, 200, 150, 512).json());
    }

    private static void assertForm(String name, String json) throws IOException {
        ObjectMapper reader = new ObjectMapper();
        assertThat(reader.readTree(json))
                .as("the form of %s; a difference breaks clients", name)
                .isEqualTo(reader.readTree(Files.readString(Path.of("src/test/resources/golden", name))));
    }
}
