package dev.tidemark.debezium;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;

/** Class of Debezium that one of this module precedes in the class path. */
public final class ReplacedClass {

    private ReplacedClass() {}

    /** Asserts that the class of this module is the one that is loaded. */
    public static void assertOursComesFirst(Class<?> ours) {
        assertThat(ours.getProtectionDomain().getCodeSource().getLocation().getPath())
                .doesNotContain("/debezium-connector-");
    }

    /**
     * Asserts that Debezium's class is the one that was read when ours was written.
     *
     * @param hash SHA-256 of its class file
     */
    public static void assertOriginal(Class<?> ours, String hash) throws IOException {
        assertThat(HexFormat.of().formatHex(sha256(original(ours))))
                .as("Debezium's %s changed: read it, adapt ours, then pin the new hash", ours.getSimpleName())
                .isEqualTo(hash);
    }

    /** Returns Debezium's class file. */
    public static byte[] original(Class<?> ours) throws IOException {
        String resource = ours.getName().replace('.', '/') + ".class";
        URL original = Collections.list(ours.getClassLoader().getResources(resource)).stream()
                .filter(url -> url.toString().contains("/debezium-connector-"))
                .findFirst()
                .orElseThrow();
        try (InputStream content = original.openStream()) {
            return content.readAllBytes();
        }
    }

    private static byte[] sha256(byte[] content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
