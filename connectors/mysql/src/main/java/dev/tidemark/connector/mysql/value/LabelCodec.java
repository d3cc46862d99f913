package dev.tidemark.connector.mysql.value;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Codecs of enums and sets. The binlog holds numbers for their labels, so only a codec that knows these can carry its values;
 * see {@link EnumLabels}.
 */
public sealed interface LabelCodec extends ValueCodec {

    /** A label. */
    record OfEnum(List<String> labels) implements LabelCodec {

        @Override
        public Object carried(Object data) {
            return data instanceof Number index ? EnumLabels.label(index.intValue(), labels) : data;
        }

        @Override
        public Object ofServer(byte[] bytes) {
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /** A list of labels, carried with commas between: no label holds one. */
    record OfSet(List<String> labels) implements LabelCodec {

        @Override
        public Object carried(Object data) {
            return data instanceof Number bits ? EnumLabels.labels(bits.longValue(), labels) : data;
        }

        @Override
        public Object ofCarried(Object carried) {
            return EnumLabels.list((String) carried);
        }

        @Override
        public Object ofServer(byte[] bytes) {
            return EnumLabels.list(new String(bytes, StandardCharsets.UTF_8));
        }
    }
}
