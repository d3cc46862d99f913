package dev.tidemark.config;

import java.util.regex.Pattern;

/**
 * Rule for the names of collections. Each collection has a file of dead letters, and its name is part of the path of requests.
 */
public final class CollectionName {

    /** The rule in words, to follow the thing that breaks it. */
    public static final String RULE = "must hold only letters, digits, '_', '-' and '.', at most 64";

    public static final Pattern PATTERN = Pattern.compile("[\\p{L}\\p{N}_][\\p{L}\\p{N}_.-]{0,63}");

    private CollectionName() {}

    /** Returns whether a collection may have that name. */
    public static boolean isValid(String name) {
        return PATTERN.matcher(name).matches();
    }
}
