package dev.tidemark.connector.mysql;

import io.debezium.connector.mysql.charset.MySqlCharsetRegistry;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** MySQL's character sets in Java: in them the binlog holds text, and Debezium's snapshot hands it over. */
final class TextCharset {

    /** Sets that Java does not have. The driver takes them for Windows-1252, which garbles all but ASCII. */
    private static final Set<String> UNKNOWN_TO_JAVA = Set.of("armscii8", "dec8", "geostd8", "hp8", "keybcs2", "swe7");

    private static final MySqlCharsetRegistry REGISTRY = new MySqlCharsetRegistry();

    private TextCharset() {}

    /** The character set, {@code US_ASCII} for one that Java does not have: see {@link #decode}. */
    static Charset of(@Nullable String mysqlName) {
        String name = mysqlName == null ? "utf8mb4" : mysqlName.toLowerCase(Locale.ROOT);
        String java = UNKNOWN_TO_JAVA.contains(name) ? null : REGISTRY.getJavaEncodingForCharSet(name);
        try {
            return java == null ? StandardCharsets.US_ASCII : Charset.forName(java);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            return StandardCharsets.US_ASCII;
        }
    }

    /**
     * Text as the binlog holds it.
     *
     * @throws IllegalArgumentException where it is not ASCII and its character set is one that Java does not have: a wrong text
     *     would be worse than a stop
     */
    static String decode(byte[] bytes, Charset charset) {
        if (charset.equals(StandardCharsets.US_ASCII)) {
            for (byte b : bytes) {
                if (b < 0) {
                    throw new IllegalArgumentException(
                            "text that is not ASCII, in a character set that Java does not know; convert the column to utf8mb4");
                }
            }
        }
        return new String(bytes, charset);
    }
}
