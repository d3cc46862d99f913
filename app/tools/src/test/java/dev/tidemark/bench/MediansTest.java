package dev.tidemark.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;

class MediansTest {

    private static ObjectNode run(int raw, double tidemark, int load, int peak) {
        Figures figures = new Figures("mysql", 1_000);
        figures.phase("snapshot", new Figures.Phase(raw, 200, tidemark, Figures.Floor.RAW));
        figures.phase("hot", new Figures.Phase(0, 200, tidemark, Figures.Floor.ENGINE));
        figures.load(new Figures.Load(load, 15));
        figures.peakRssMb(peak);
        return figures.json();
    }

    @Test
    void oneRun_isReturnedAsItIs() {
        ObjectNode one = run(100, 90, 7, 300);
        assertThat(Medians.of(List.of(one))).isEqualTo(one.deepCopy());
        assertThat(one.has("spread")).isFalse();
    }

    @Test
    void severalRuns_becomeTheMedianAndTheSpreadOfEachFigure() {
        ObjectNode medians = Medians.of(List.of(run(100, 90, 7, 300), run(200, 100, 9, 310), run(50, 80, 8, 290)));

        assertThat(medians.path("source").asText()).isEqualTo("mysql");
        assertThat(medians.path("rows").asInt()).isEqualTo(1_000);
        assertThat(medians.path("runs").asInt()).isEqualTo(3);
        assertThat(medians.at("/snapshot/raw").asInt()).isEqualTo(100);
        assertThat(medians.at("/snapshot/tidemark").asInt()).isEqualTo(90);
        assertThat(medians.at("/snapshot/ratio").asDouble())
                .as("the median of the ratios 0.9, 0.5 and 1.6, each of one run")
                .isEqualTo(0.9);
        assertThat(medians.at("/hot/raw").isNull()).isTrue();
        assertThat(medians.at("/loads/0/rowsPerSecond").asInt()).isEqualTo(8);
        assertThat(medians.at("/spread/snapshot/raw").toString()).isEqualTo("[50,200]");
        assertThat(medians.at("/spread/snapshot/ratio").toString()).isEqualTo("[0.5,1.6]");
        assertThat(medians.at("/spread/loads/0/rowsPerSecond").toString()).isEqualTo("[7,9]");
        assertThat(medians.path("spread").has("rows")).isFalse();
    }

    @Test
    void twoRuns_giveTheSmallerOne() {
        assertThat(Medians.of(List.of(run(100, 90, 7, 300), run(200, 90, 7, 280)))
                        .path("peakRssMb")
                        .asInt())
                .isEqualTo(280);
    }

    @Test
    void table_showsBothRatios_andTheSpread() {
        String one = FigureTable.of(run(100, 90, 7, 300));
        assertThat(one)
                .contains("| per second, 1,000 rows |")
                .contains("| load | 90 | 100 | 200 | 0.90 | 0.45 |")
                .contains("| hot rows | 90 | - | 200 | - | 0.45 |")
                .contains("| 1 | 7 | 15.0 |")
                .contains("Peak memory of Tidemark: 300 MB")
                .doesNotContain("growth", "First document", "Medians");

        String several = FigureTable.of(Medians.of(List.of(run(100, 90, 7, 300), run(200, 100, 9, 1_310))));
        assertThat(several)
                .contains("Medians of 2 runs")
                .contains("| load | 90 (90 to 100) | 100 (100 to 200) | 200 (200 to 200) | 0.50 (0.50 to 0.90) |")
                .contains("Peak memory of Tidemark: 300 (300 to 1,310) MB");
    }
}
