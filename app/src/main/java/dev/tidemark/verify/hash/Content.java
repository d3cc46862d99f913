package dev.tidemark.verify.hash;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * The canonical content of a document, as hashes: what is the same in it is the same, however JSON spells it. Only fields that the
 * mapping writes count, and a field that is null is one that does not exist. Numbers are what they are worth, integers exactly;
 * objects have no order, arrays have one.
 *
 * @param hash of all fields
 * @param values of each field, in the order of {@link Fields}; 0 if the document does not have it
 */
public record Content(long hash, long[] values) {

    /** The hash that no content has. */
    public static final long NONE = 0;

    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .build())
            .build());

    private static final long NUMBER = 1;
    private static final long TEXT = 2;
    private static final long TRUE = 3;
    private static final long FALSE = 4;
    private static final long ARRAY = 5;
    private static final long OBJECT = 6;
    private static final long NULL = 7;

    /** The first double above all values of a long. */
    private static final double BEYOND = 0x1p63;

    /**
     * Returns the content of a document as it is sent.
     *
     * @param json a line of JSON
     */
    public static Content of(byte[] json, Fields fields) {
        try {
            return of(JSON.readTree(json), fields);
        } catch (IOException e) {
            throw new UncheckedIOException("a document of ours is not JSON", e);
        }
    }

    public static Content of(JsonNode document, Fields fields) {
        long[] values = new long[fields.size()];
        long sum = 1;
        for (int i = 0; i < values.length; i++) {
            values[i] = field(document.get(fields.names().get(i)));
            if (values[i] != 0) {
                sum += Hash.of(fields.hash(i), values[i]);
            }
        }
        return new Content(sum == NONE ? 1 : sum, values);
    }

    private static long field(@Nullable JsonNode value) {
        if (value == null || value.isNull()) {
            return 0;
        }
        long hash = value(value);
        return hash == 0 ? 1 : hash;
    }

    private static long value(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING -> Hash.of(TEXT, value.textValue());
            case NUMBER -> number(value);
            case BOOLEAN -> value.booleanValue() ? TRUE : FALSE;
            case ARRAY -> array(value);
            case OBJECT -> object(value);
            default -> NULL;
        };
    }

    /** Returns the same for 2 and 2.0; integers are exact. */
    private static long number(JsonNode value) {
        if (value.isIntegralNumber() && value.canConvertToLong()) {
            return Hash.of(NUMBER, value.longValue());
        }
        double number = value.doubleValue();
        boolean integral = number == Math.rint(number) && Math.abs(number) < BEYOND;
        return Hash.of(NUMBER, integral ? (long) number : Double.doubleToLongBits(number));
    }

    private static long array(JsonNode array) {
        long hash = Hash.of(ARRAY, array.size());
        for (JsonNode element : array) {
            hash = Hash.of(hash, value(element));
        }
        return hash;
    }

    private static long object(JsonNode object) {
        long[] sum = {OBJECT};
        object.forEachEntry((name, member) -> {
            if (!member.isNull()) {
                sum[0] += Hash.of(Hash.of(name), value(member));
            }
        });
        return Hash.of(OBJECT, sum[0]);
    }
}
