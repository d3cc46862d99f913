package dev.tidemark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/** Files that only their owner may use. */
public final class OwnerOnly {

    private OwnerOnly() {}

    /** Asserts that nobody else may use a directory and all that is in it, down to the given files. */
    public static void assertPrivate(Path directory, String... files) throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(directory)) {
            all = walk.toList();
        }
        for (String file : files) {
            assertThat(all).contains(directory.resolve(file));
        }
        for (Path path : all) {
            String permissions =
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
            assertThat(permissions).as(path.toString()).isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------");
        }
    }
}
