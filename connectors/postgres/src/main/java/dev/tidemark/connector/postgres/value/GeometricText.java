package dev.tidemark.connector.postgres.value;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Values of box, circle, line, lseg, path and polygon, with each number as Java spells a double: {@code (1.0,1.0),(0.0,0.0)}. */
final class GeometricText {

    private static final Pattern NUMBER = Pattern.compile("-?(?:Infinity|NaN|[0-9.]+(?:[eE][-+]?[0-9]+)?)");

    private GeometricText() {}

    static String of(String text) {
        Matcher numbers = NUMBER.matcher(text);
        return numbers.replaceAll(number -> Double.toString(Double.parseDouble(number.group())));
    }
}
