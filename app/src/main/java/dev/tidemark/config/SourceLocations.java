package dev.tidemark.config;

import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * Locations in the file of the characters of a scalar's value: quotes, escapes, indentation and folded lines shift them. Counts
 * code points, as both YAML and CEL do.
 */
public final class SourceLocations {

    /**
     * A place in the file.
     *
     * @param line from 1
     * @param column from 1
     */
    public record Place(int line, int column) {}

    /** A file's name as the user gave it, and its text. */
    public record Source(String file, int[] text) {}

    private final String file;
    private final int[] lines;
    private final int[] columns;

    private SourceLocations(String file, int[] lines, int[] columns) {
        this.file = file;
        this.lines = lines;
        this.columns = columns;
    }

    /** Returns the file, as the user named it. */
    String file() {
        return file;
    }

    /** Returns the location of the character at that offset; the end if the offset is behind the last character. */
    public Place of(int offset) {
        int at = Math.max(0, Math.min(offset, lines.length - 1));
        return new Place(lines[at] + 1, columns[at] + 1);
    }

    /**
     * Finds the characters of a value again. From the first one that the file spells differently (a <code>${...}</code>) on, all
     * are taken to be at that place.
     */
    public static SourceLocations of(Source source, ScalarNode node, String value) {
        Walk walk = new Walk(source.text(), node);
        int[] points = value.codePoints().toArray();
        int[] lines = new int[points.length + 1];
        int[] columns = new int[points.length + 1];
        for (int i = 0; i < points.length; i++) {
            walk.find(points[i]);
            lines[i] = walk.line;
            columns[i] = walk.column;
            walk.pass(points[i]);
        }
        lines[points.length] = walk.line;
        columns[points.length] = walk.column;
        return new SourceLocations(source.file(), lines, columns);
    }

    /** Goes along the file's text alongside the value. */
    private static final class Walk {
        private final int[] text;
        private final ScalarStyle style;
        private int at;
        private int line;
        private int column;
        private boolean overSpaces;
        private boolean lost;

        Walk(int[] text, ScalarNode node) {
            Mark start = node.getStartMark();
            this.text = text;
            this.style = node.getScalarStyle();
            this.at = start.getIndex();
            this.line = start.getLine();
            this.column = start.getColumn();
            if (style == ScalarStyle.SINGLE_QUOTED || style == ScalarStyle.DOUBLE_QUOTED) {
                step();
            } else if (style == ScalarStyle.LITERAL || style == ScalarStyle.FOLDED) {
                while (at < text.length && text[at] != '\n') { // the header: | or >, with its indicators
                    step();
                }
            }
        }

        /**
         * Moves to the character, across whitespace that folding and indentation removed from the value or reduced to one space.
         */
        void find(int point) {
            if (lost) {
                return;
            }
            overSpaces = at < text.length && isBlank(text[at]);
            while (at < text.length && isBlank(text[at])) {
                step();
            }
            if (style == ScalarStyle.DOUBLE_QUOTED && isAt(at, '\\') && (isAt(at + 1, '\n') || isAt(at + 1, '\r'))) {
                step(); // a line that continues
                find(point);
            }
            lost = !isBlank(point) && !isEscape() && !isAt(at, point);
        }

        /** Continues behind the character. */
        void pass(int point) {
            if (lost) {
                return;
            }
            int length = passed(point);
            for (int i = 0; i < length; i++) {
                step();
            }
        }

        /**
         * Returns the length of the character in the file; 0 for whitespace, which {@code find} has passed, unless it is spelt as
         * an escape.
         */
        private int passed(int point) {
            if (isBlank(point)) {
                return !overSpaces && isEscape() ? escapeLength() : 0;
            }
            return isEscape() ? escapeLength() : 1;
        }

        private boolean isEscape() {
            return (style == ScalarStyle.DOUBLE_QUOTED && isAt(at, '\\'))
                    || (style == ScalarStyle.SINGLE_QUOTED && isAt(at, '\'') && isAt(at + 1, '\''));
        }

        private int escapeLength() {
            if (isAt(at + 1, 'x')) {
                return 4;
            }
            return isAt(at + 1, 'u') ? 6 : isAt(at + 1, 'U') ? 10 : 2;
        }

        private boolean isAt(int index, int point) {
            return index < text.length && text[index] == point;
        }

        private static boolean isBlank(int point) {
            return point == ' ' || point == '\t' || point == '\n' || point == '\r';
        }

        private void step() {
            if (at >= text.length) {
                return;
            }
            if (text[at] == '\n') {
                line++;
                column = 0;
            } else {
                column++;
            }
            at++;
        }
    }
}
