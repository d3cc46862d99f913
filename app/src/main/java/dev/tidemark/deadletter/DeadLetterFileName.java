package dev.tidemark.deadletter;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The file name of a collection: any name gives a safe one, and no two names give the same.
 *
 * <p>Uppercase letters are encoded too, as some file systems are case-insensitive. The name is never decoded: each line of
 * the file contains its collection.
 */
final class DeadLetterFileName {

    static final String SUFFIX = ".jsonl";

    /** Most file systems allow 255 bytes; the temporary file of a compaction needs some of them. */
    private static final int LONGEST = 200;

    private static final int KEPT_OF_LONG = 100;

    private DeadLetterFileName() {}

    /** Returns the file name for a collection, including the suffix. */
    static String of(String collection) {
        String encoded = encode(collection);
        // "~" is never part of an encoded name, so neither form can meet the other.
        if (encoded.isEmpty()) {
            return "~" + SUFFIX;
        }
        if (encoded.length() > LONGEST) {
            return encoded.substring(0, KEPT_OF_LONG) + "~" + sha256(collection) + SUFFIX;
        }
        return encoded + SUFFIX;
    }

    private static String encode(String collection) {
        StringBuilder encoded = new StringBuilder();
        for (byte each : collection.getBytes(StandardCharsets.UTF_8)) {
            char character = (char) (each & 0xFF);
            if (isSafe(character)) {
                encoded.append(character);
            } else {
                encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(each));
            }
        }
        return encoded.toString();
    }

    private static boolean isSafe(char character) {
        return (character >= 'a' && character <= 'z')
                || (character >= '0' && character <= '9')
                || character == '_'
                || character == '-';
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
