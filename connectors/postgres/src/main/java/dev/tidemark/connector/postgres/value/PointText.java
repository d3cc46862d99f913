package dev.tidemark.connector.postgres.value;

/** Values of {@code point}: {@code (x,y)}. */
final class PointText {

    private PointText() {}

    /** Returns x and y, which by convention are longitude and latitude. */
    static double[] parse(String text) {
        int comma = text.indexOf(',');
        if (comma < 2 || text.charAt(0) != '(' || !text.endsWith(")")) {
            throw new IllegalArgumentException("not a point: " + text);
        }
        double x = Double.parseDouble(text.substring(1, comma));
        double y = Double.parseDouble(text.substring(comma + 1, text.length() - 1));
        return new double[] {x, y};
    }
}
