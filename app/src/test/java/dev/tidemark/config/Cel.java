package dev.tidemark.config;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;

/** Expressions without a file around them, for tests. */
public final class Cel {

    private Cel() {}

    /** An expression that stands in the first line of {@code test.yml}. */
    public static Expression cel(String text) {
        int[] points = text.codePoints().toArray();
        Mark mark = new Mark("test.yml", 0, 0, 0, points, 0);
        ScalarNode node = new ScalarNode(Tag.STR, text, mark, mark, ScalarStyle.PLAIN);
        return new Expression(
                text, "cel", SourceLocations.of(new SourceLocations.Source("test.yml", points), node, text));
    }

    /** Another text that stands there; null for null. */
    public static @Nullable Located located(@Nullable String text) {
        return text == null ? null : new Located(text, "test.yml:1:1: softDelete");
    }

    /** A field that is computed, of a given type. */
    public static Config.Field field(String text, String type) {
        return new Config.Field(null, null, type, null, null, null, null, cel(text));
    }
}
