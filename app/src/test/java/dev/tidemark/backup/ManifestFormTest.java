package dev.tidemark.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.golden.Golden;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The form of a backup's manifest, which {@code backup --json} prints, too. */
class ManifestFormTest {

    private static final Manifest BEGUN =
            new Manifest(Manifest.FORMAT, "0.1.0", "shop", "postgres", "2026-01-02T03:04:05Z", "kept_1", null);

    private static final Manifest COMPLETE = BEGUN.completed(new Manifest.Complete(
            "2026-01-02T03:05:06Z",
            "LSN 0/1A2B3C8",
            "held",
            new Manifest.Snapshot("http://127.0.0.1:8108", "/snapshot", true),
            List.of(new Manifest.Collection("goods", "goods_1", 99, 100)),
            List.of(new Manifest.StoredFile("offsets.json", 42, "00ff"))));

    @Test
    void form_isFrozen_andRead(@TempDir Path directory) throws Exception {
        BackupDirectory backup = BackupDirectory.create(directory.resolve("backup"));
        backup.write(BEGUN);
        Golden.assertEquals(
                "backup/begun-manifest.json", Files.readString(backup.path().resolve("manifest.json")));
        backup.write(COMPLETE);
        Golden.assertEquals(
                "backup/manifest.json", Files.readString(backup.path().resolve("manifest.json")));
        assertThat(backup.manifest()).isEqualTo(COMPLETE);
    }

    @Test
    void frozenForm_isRead(@TempDir Path directory) throws Exception {
        Files.copy(Path.of("src/test/resources/golden/backup/manifest.json"), directory.resolve("manifest.json"));
        assertThat(BackupDirectory.at(directory).manifest()).isEqualTo(COMPLETE);
    }
}
