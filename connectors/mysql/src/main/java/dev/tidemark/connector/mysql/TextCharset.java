package dev.tidemark.connector.mysql;

import io.debezium.connector.mysql.charset.MySqlCharsetRegistry;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
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

    private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");
    private static final char REPLACEMENT = '\ufffd';

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
     * @throws IllegalArgumentException where it is not of that character set: Debezium may take a wrong one for a column's when a
     *     statement names only the collation of a table; and where it is not ASCII in a set that Java does not have. A wrong text
     *     would be worse than a stop
     */
    static String decode(byte[] bytes, Charset charset) {
        String text = new String(bytes, charset);
        return text.indexOf(REPLACEMENT) < 0 ? text : checked(text, bytes, charset);
    }

    private static String checked(String text, byte[] bytes, Charset charset) {
        if (charset.equals(WINDOWS_1252)) {
            return latin1(text, bytes);
        }
        if (!charset.equals(StandardCharsets.UTF_8) && !charset.equals(StandardCharsets.US_ASCII)) {
            return text; // a character that Java's version of an old set does not have
        }
        try {
            return charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(
                    "the text is not " + charset
                            + ": the column's character set is another or one that Java does not have;"
                            + " name it in the column's definition, or convert the column to utf8mb4; then start with a new snapshot",
                    e);
        }
    }

    /** MySQL's latin1 has characters where Windows-1252 has none: those of ISO-8859-1. */
    private static String latin1(String text, byte[] bytes) {
        char[] chars = text.toCharArray();
        for (int i = 0; i < chars.length; i++) {
            chars[i] = chars[i] == REPLACEMENT ? (char) (bytes[i] & 0xff) : chars[i];
        }
        return new String(chars);
    }
}
