package dev.tidemark.logging;

import dev.tidemark.connector.Secret;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes secrets out of text. Any thread. */
final class Masking {

    /** Shorter ones would turn half of every line into stars, and are no secrets. */
    private static final int SHORTEST = 4;

    private static final List<String> VALUES = new CopyOnWriteArrayList<>();

    private Masking() {}

    static void add(Collection<Secret> secrets) {
        secrets.stream()
                .map(Secret::reveal)
                .filter(value -> value.length() >= SHORTEST)
                .forEach(VALUES::add);
    }

    static String apply(String text) {
        String masked = text;
        for (String value : VALUES) {
            masked = masked.replace(value, "***");
        }
        return masked;
    }
}
