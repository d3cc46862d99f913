package dev.tidemark.fault;

import dev.tidemark.contract.MySqlSource;
import dev.tidemark.contract.Shop;
import dev.tidemark.testkit.mysql.MySqlServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

class MySqlLoadKillIT extends LoadKillContract {

    MySqlLoadKillIT() {
        super(new MySqlSource(MySqlServer.start()));
    }

    /** The schema history, which is written after the end of the binlog is read. */
    @Override
    @Nullable
    Object created(Shop shop) throws IOException {
        try {
            return Files.readAttributes(shop.state().resolve("schema-history.jsonl"), BasicFileAttributes.class)
                    .fileKey();
        } catch (NoSuchFileException e) {
            return null;
        }
    }
}
