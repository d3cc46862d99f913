package dev.tidemark.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerCacheTest {

    @Test
    void folder_isFilledOnce_byManyThreads(@TempDir Path cache) {
        AtomicInteger fillings = new AtomicInteger();

        List<Path> directories = IntStream.range(0, 8)
                .parallel()
                .mapToObj(i -> ServerCache.directory(cache, "server-1", directory -> {
                    fillings.incrementAndGet();
                    Files.writeString(directory.resolve("binary"), "content");
                }))
                .toList();

        assertThat(fillings).hasValue(1);
        assertThat(directories).containsOnly(cache.resolve("server-1"));
        assertThat(cache.resolve("server-1/binary")).hasContent("content");
    }

    @Test
    void folder_leavesNothingBehind_whenFillingFails(@TempDir Path cache) {
        assertThatThrownBy(() -> ServerCache.directory(cache, "server-1", directory -> {
                    Files.writeString(directory.resolve("half"), "content");
                    throw new IOException("connection lost");
                }))
                .isInstanceOf(UncheckedIOException.class);

        assertThat(cache).isDirectoryNotContaining(Files::isDirectory);
    }
}
