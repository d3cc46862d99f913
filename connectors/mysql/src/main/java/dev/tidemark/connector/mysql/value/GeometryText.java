package dev.tidemark.connector.mysql.value;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Geometries as MySQL keeps and sends them: four bytes of the reference system's number, then well-known binary. In it x is the
 * longitude and y the latitude, whichever order the reference system has in text.
 */
final class GeometryText {

    private static final int SRID_BYTES = 4;
    private static final String[] NAMES = {
        "", "POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON", "GEOMETRYCOLLECTION"
    };
    private static final int POINT = 1;
    private static final int LINE = 2;
    private static final int POLYGON = 3;

    private final ByteBuffer bytes;
    private final StringBuilder out = new StringBuilder();

    private GeometryText(byte[] geometry) {
        this.bytes = ByteBuffer.wrap(geometry);
        bytes.position(SRID_BYTES);
    }

    /**
     * Returns x and y of a point.
     *
     * @throws IllegalArgumentException if it is not a point
     */
    static double[] point(byte[] geometry) {
        try {
            GeometryText text = new GeometryText(geometry);
            if (text.header() != POINT) {
                throw new IllegalArgumentException("a geometry that is not a point");
            }
            return new double[] {text.bytes.getDouble(), text.bytes.getDouble()};
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("a point of " + geometry.length + " bytes", e);
        }
    }

    /**
     * Returns the well-known text, x before y: {@code POLYGON((0 0,1 1,1 0,0 0))}.
     *
     * @throws IllegalArgumentException if it is not a geometry
     */
    static String of(byte[] geometry) {
        try {
            GeometryText text = new GeometryText(geometry);
            text.geometry(true);
            return text.out.toString();
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("a geometry of " + geometry.length + " bytes", e);
        }
    }

    private int header() {
        bytes.order(bytes.get() == 0 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        int type = bytes.getInt();
        if (type < POINT || type >= NAMES.length) {
            throw new IllegalArgumentException("a geometry of type " + type);
        }
        return type;
    }

    private void geometry(boolean named) {
        int type = header();
        out.append(named ? NAMES[type] : "");
        switch (type) {
            case POINT -> {
                out.append('(');
                coordinates();
                out.append(')');
            }
            case LINE -> points();
            case POLYGON -> list(this::points);
            default -> list(() -> geometry(type == NAMES.length - 1));
        }
    }

    private void points() {
        list(this::coordinates);
    }

    private void list(Runnable part) {
        int count = bytes.getInt();
        if (count == 0) {
            out.append(" EMPTY");
            return;
        }
        for (int i = 0; i < count; i++) {
            out.append(i == 0 ? '(' : ',');
            part.run();
        }
        out.append(')');
    }

    private void coordinates() {
        number(bytes.getDouble());
        out.append(' ');
        number(bytes.getDouble());
    }

    private void number(double number) {
        String text = Double.toString(number);
        out.append(text.endsWith(".0") ? text.substring(0, text.length() - 2) : text);
    }
}
