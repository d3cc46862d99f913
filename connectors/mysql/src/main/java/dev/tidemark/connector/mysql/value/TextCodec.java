package dev.tidemark.connector.mysql.value;

import java.nio.charset.StandardCharsets;

/** Codecs of text. The binlog holds it in its column's character set. */
sealed interface TextCodec extends ValueCodec {

    @Override
    default Object ofServer(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Text as it is. */
    record Plain(TextCharset charset) implements TextCodec {

        @Override
        public Object carried(Object data) {
            return text(data, charset);
        }
    }

    /** Text without the spaces at its end. */
    record Padded(TextCharset charset) implements TextCodec {

        @Override
        public Object carried(Object data) {
            return trim(text(data, charset));
        }

        @Override
        public Object ofServer(byte[] bytes) {
            return trim(new String(bytes, StandardCharsets.UTF_8));
        }

        private static String trim(String padded) {
            int end = padded.length();
            while (end > 0 && padded.charAt(end - 1) == ' ') {
                end--;
            }
            return padded.substring(0, end);
        }
    }

    /** JSON, which the binlog holds in MySQL's binary form. */
    record Json() implements TextCodec {

        @Override
        public Object carried(Object data) {
            return data instanceof byte[] binary ? JsonText.of(binary) : data;
        }
    }

    /** Returns the text that the binlog's bytes or the driver's text is. */
    static String text(Object data, TextCharset charset) {
        return data instanceof byte[] bytes ? charset.decode(bytes) : (String) data;
    }
}
