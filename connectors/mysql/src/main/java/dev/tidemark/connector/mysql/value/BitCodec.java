package dev.tidemark.connector.mysql.value;

import java.util.BitSet;

/** Codecs of bits. */
enum BitCodec implements ValueCodec {
    /** bit(1). */
    ONE {
        @Override
        public Object carried(Object data) {
            return bits(data) == 0 ? 0 : 1;
        }

        @Override
        public Object ofCarried(Object carried) {
            return truth((Integer) carried);
        }

        @Override
        public Object ofServer(byte[] bytes) {
            return bits(bytes) != 0;
        }
    },
    /** bit(n): the number, carried as its 64 bits. */
    MANY {
        @Override
        public Object carried(Object data) {
            return bits(data);
        }

        @Override
        public Object ofCarried(Object carried) {
            return NumberCodec.unsigned((Long) carried);
        }

        @Override
        public Object ofServer(byte[] bytes) {
            return NumberCodec.unsigned(bits(bytes));
        }
    };

    /** Returns 0 and 1 as a truth value, another number as it is. */
    static Object truth(Integer number) {
        return switch (number) {
            case 0 -> false;
            case 1 -> true;
            default -> number;
        };
    }

    /** Returns the bits as a number. The binlog's are a set of bits; the driver's are bytes, or a truth value for bit(1). */
    private static long bits(Object data) {
        if (data instanceof BitSet set) {
            long[] words = set.toLongArray();
            return words.length == 0 ? 0 : words[0];
        }
        return data instanceof byte[] bytes ? bits(bytes) : NumberCodec.full(data);
    }

    /** Returns the number that the bytes are, the highest first. */
    private static long bits(byte[] bytes) {
        long bits = 0;
        for (byte b : bytes) {
            bits = bits << Byte.SIZE | b & 0xff;
        }
        return bits;
    }
}
