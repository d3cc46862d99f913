package dev.tidemark.connector.mysql.value;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;

/** Codecs of numbers. Unsigned ones come out of the binlog as signed ones of their width. */
enum NumberCodec implements ValueCodec {
    /** Another number than 0 and 1 stays a number. */
    BOOL {
        @Override
        public Object carried(Object data) {
            return int32(data);
        }

        @Override
        public Object ofCarried(Object carried) {
            return BitCodec.truth((Integer) carried);
        }

        @Override
        Object ofText(String text) {
            return BitCodec.truth(Integer.valueOf(text));
        }
    },
    INT32 {
        @Override
        public Object carried(Object data) {
            return int32(data);
        }

        @Override
        Object ofText(String text) {
            return Integer.valueOf(text);
        }
    },
    UINT8 {
        @Override
        public Object carried(Object data) {
            return (int) full(data) & 0xff;
        }

        @Override
        Object ofText(String text) {
            return Integer.valueOf(text);
        }
    },
    UINT16 {
        @Override
        public Object carried(Object data) {
            return (int) full(data) & 0xffff;
        }

        @Override
        Object ofText(String text) {
            return Integer.valueOf(text);
        }
    },
    UINT24 {
        @Override
        public Object carried(Object data) {
            return (int) full(data) & 0xffffff;
        }

        @Override
        Object ofText(String text) {
            return Integer.valueOf(text);
        }
    },
    UINT32 {
        @Override
        public Object carried(Object data) {
            return full(data) & 0xffff_ffffL;
        }

        @Override
        Object ofText(String text) {
            return Long.valueOf(text);
        }
    },
    INT64 {
        @Override
        public Object carried(Object data) {
            return int64(data);
        }

        @Override
        Object ofText(String text) {
            return Long.valueOf(text);
        }
    },
    /** Carried as its 64 bits. */
    UINT64 {
        @Override
        public Object carried(Object data) {
            return int64(data);
        }

        @Override
        public Object ofCarried(Object carried) {
            return unsigned((Long) carried);
        }

        @Override
        Object ofText(String text) {
            return unsigned(Long.parseUnsignedLong(text));
        }
    },
    FLOAT32 {
        @Override
        public Object carried(Object data) {
            return ((Number) data).floatValue();
        }

        @Override
        Object ofText(String text) {
            return Float.valueOf(text);
        }
    },
    FLOAT32_SHOWN {
        @Override
        public Object carried(Object data) {
            return shown(((Number) data).floatValue());
        }

        @Override
        Object ofText(String text) {
            return Float.valueOf(text);
        }
    },
    FLOAT64 {
        @Override
        public Object carried(Object data) {
            return ((Number) data).doubleValue();
        }

        @Override
        Object ofText(String text) {
            return Double.valueOf(text);
        }
    },
    DECIMAL {
        @Override
        public Object carried(Object data) {
            return ((BigDecimal) data).toPlainString();
        }

        @Override
        Object ofText(String text) {
            return withoutFill(text);
        }
    };

    private static final int SHOWN_DIGITS = 6;
    private static final MathContext SHOWN = new MathContext(SHOWN_DIGITS, RoundingMode.HALF_EVEN);

    @Override
    public final Object ofServer(byte[] bytes) {
        return ofText(new String(bytes, StandardCharsets.UTF_8));
    }

    abstract Object ofText(String text);

    private static Object int32(Object data) {
        return data instanceof Integer ? data : (Integer) (int) full(data);
    }

    private static Object int64(Object data) {
        return data instanceof Long ? data : (Long) full(data);
    }

    /** Returns the number, also of a truth value. */
    static long full(Object data) {
        if (data instanceof Number number) {
            return number.longValue();
        }
        if (data instanceof Boolean truth) {
            return truth ? 1 : 0;
        }
        throw new UnexpectedValueException(data);
    }

    /** Returns 64 bits as an unsigned number. */
    static Number unsigned(long bits) {
        return bits >= 0 ? bits : (Number) new BigInteger(Long.toUnsignedString(bits));
    }

    private static Float shown(float exact) {
        // Most floats were written with few digits: then the shortest text that means the float has at most six of
        // them.
        String shortest = Float.toString(exact);
        return shortest.length() <= SHOWN_DIGITS
                ? exact
                : new BigDecimal(exact).round(SHOWN).floatValue();
    }

    /** Removes leading zeros. The server shows a number that is ZEROFILL with the zeros before it; the binlog does not. */
    private static String withoutFill(String number) {
        int begin = 0;
        while (begin + 1 < number.length() && number.charAt(begin) == '0' && number.charAt(begin + 1) != '.') {
            begin++;
        }
        return number.substring(begin);
    }
}
