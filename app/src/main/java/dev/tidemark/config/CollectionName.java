package dev.tidemark.config;

import java.util.regex.Pattern;

/** What a collection may be called. Dead letters have a file for each, and requests a path with its name in it. */
public final class CollectionName {

    /** The rule in words, to follow the thing that breaks it. */
    public static final String RULE = "must hold only letters, digits, '_', '-' and '.', at most 64";

    public static final Pattern PATTERN = Pattern.compile("[\\p{L}\\p{N}_][\\p{L}\\p{N}_.-]{0,63}");

    private CollectionName() {}

    /** Whether a collection may have that name. */
    public static boolean isValid(String name) {
        return PATTERN.matcher(name).matches();
    }
}
