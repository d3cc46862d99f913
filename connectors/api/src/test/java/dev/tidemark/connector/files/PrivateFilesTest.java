package dev.tidemark.connector.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFilesTest {

    private final Path directory;

    PrivateFilesTest(@TempDir Path directory) {
        this.directory = directory;
    }

    /** A process of its own, whose umask takes nothing from what it creates. */
    static final class WithoutUmask {
        private WithoutUmask() {}

        public static void main(String[] arguments) throws IOException {
            Path home = Path.of(arguments[0]);
            PrivateFiles.createDirectories(home.resolve("a/b"));
            try (FileChannel channel =
                            PrivateFiles.open(home.resolve("f"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    RandomAccessFile random = PrivateFiles.openRandomAccess(home.resolve("r"))) {
                channel.force(true);
                random.write(1);
            }
            Files.createFile(home.resolve("usual")); // shows that the umask is 0
        }
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
    }

    private Path file(String name, String permissions) throws IOException {
        Path file = Files.writeString(directory.resolve(name), "x");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    @Test
    void whatIsCreated_isTheOwnersOnly_whateverTheUmask() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classes = System.getProperty("java.class.path");
        Process process = new ProcessBuilder(
                        "sh",
                        "-c",
                        "umask 0; exec \"$0\" -cp \"$1\" '" + WithoutUmask.class.getName() + "' \"$2\"",
                        java,
                        classes,
                        directory.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(permissions(directory.resolve("usual"))).isEqualTo("rw-rw-rw-");
        assertThat(List.of(permissions(directory.resolve("a")), permissions(directory.resolve("a/b"))))
                .containsOnly("rwx------");
        assertThat(List.of(permissions(directory.resolve("f")), permissions(directory.resolve("r"))))
                .containsOnly("rw-------");
        assertThat(new File(directory.toFile(), "r")).hasSize(1);
    }

    @Test
    void narrow_closesWhatIsOpenToOthers_andFollowsNoLink() throws Exception {
        Path outside = Files.createTempFile(directory.getParent(), "outside", "");
        Files.setPosixFilePermissions(outside, PosixFilePermissions.fromString("rw-r--r--"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxr-x"));
        Path open = file("offsets.json", "rw-rw-r--");
        Path closed = file("lock", "rw-------");
        Path deep = Files.createDirectories(directory.resolve("before-restore-1/dead-letters"));
        Path deadLetters = file("before-restore-1/dead-letters/a.jsonl", "rw-r--r--");
        Files.createSymbolicLink(directory.resolve("link"), outside);
        try {
            Permissions found = Permissions.narrow(directory);
            assertThat(found.foreign()).isEmpty();
            assertThat(found.narrowed()).contains(directory, open, deadLetters).doesNotContain(closed, outside);
            assertThat(permissions(directory)).isEqualTo("rwx------");
            assertThat(permissions(deep)).isEqualTo("rwx------");
            assertThat(List.of(permissions(open), permissions(closed), permissions(deadLetters)))
                    .containsOnly("rw-------");
            assertThat(permissions(outside)).isEqualTo("rw-r--r--");
            assertThat(Permissions.narrow(directory).narrowed()).isEmpty();
        } finally {
            Files.delete(outside);
        }
    }
}
