package dev.tidemark.expression;

import java.time.Instant;
import java.util.List;

/** Arguments of functions. Only the row determines what a value of a json column is, so each is checked. */
final class Arguments {

    private Arguments() {}

    static String text(Object[] args, int index) {
        if (args[index] instanceof String text) {
            return text;
        }
        throw wrong(args, index, "a text");
    }

    static int integer(Object[] args, int index) {
        if (args[index] instanceof Long number && number == number.intValue()) {
            return number.intValue();
        }
        throw wrong(args, index, "an integer");
    }

    /** Returns a number, also from a text that is one: decimals with many digits are texts. */
    static double number(Object[] args, int index) {
        if (args[index] instanceof Number number) {
            return number.doubleValue();
        } else if (args[index] instanceof String text) {
            return number(text);
        }
        throw wrong(args, index, "a number");
    }

    static double number(String text) {
        try {
            return Double.parseDouble(text.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is not a number");
        }
    }

    static Instant time(Object[] args, int index) {
        if (args[index] instanceof Instant time) {
            return time;
        }
        throw wrong(args, index, "a timestamp");
    }

    static List<?> list(Object[] args, int index) {
        if (args[index] instanceof List<?> list) {
            return list;
        }
        throw wrong(args, index, "a list");
    }

    private static IllegalArgumentException wrong(Object[] args, int index, String wanted) {
        return new IllegalArgumentException("argument " + (index + 1) + " must be " + wanted + ", found "
                + (args[index] instanceof String ? "'" + args[index] + "'" : String.valueOf(args[index])));
    }
}
