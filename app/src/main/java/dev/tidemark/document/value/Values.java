package dev.tidemark.document.value;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values of a row, compared by what they hold. */
public final class Values {

    private Values() {}

    /** Returns whether both values of one column are the same, in any form of {@code ColumnType.Kind}. */
    public static boolean same(@Nullable Object one, @Nullable Object other) {
        if (one == other) {
            return true;
        } else if (one == null || other == null) {
            return false;
        } else if (one instanceof byte[] bytes) {
            return other instanceof byte[] others && Arrays.equals(bytes, others);
        } else if (one instanceof double[] point) {
            return other instanceof double[] others && Arrays.equals(point, others);
        } else if (one instanceof List<?> list) {
            return other instanceof List<?> others && same(list, others);
        }
        return one.equals(other);
    }

    private static boolean same(List<?> one, List<?> other) {
        if (one.size() != other.size()) {
            return false;
        }
        for (int i = 0; i < one.size(); i++) {
            if (!same(one.get(i), other.get(i))) {
                return false;
            }
        }
        return true;
    }
}
