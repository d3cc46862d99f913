package dev.tidemark.connector.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.URL;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HexFormat;

/** A class of Debezium that one of ours precedes in the class path. */
final class ReplacedClass {

    private ReplacedClass() {}

    static void assertOursComesFirst(Class<?> ours) {
        assertThat(String.valueOf(ours.getProtectionDomain().getCodeSource().getLocation()))
                .doesNotContain("debezium");
    }

    /**
     * Asserts that Debezium's class is the one that was read when ours was written.
     *
     * @param hash SHA-256 of its class file
     */
    static void assertOriginal(Class<?> ours, String hash) throws Exception {
        String resource = ours.getName().replace('.', '/') + ".class";
        URL original = Collections.list(ours.getClassLoader().getResources(resource)).stream()
                .filter(url -> url.toString().contains("debezium-"))
                .findFirst()
                .orElseThrow();
        try (InputStream content = original.openStream()) {
            assertThat(HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(content.readAllBytes())))
                    .as("Debezium's %s changed: read it, adapt ours, then pin the new hash", ours.getSimpleName())
                    .isEqualTo(hash);
        }
    }
}
