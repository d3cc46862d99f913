package dev.tidemark.logging;

import dev.tidemark.connector.Secret;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Takes secrets out of text. Any thread. Upholds invariant 8. */
final class Masking {

    /** Shorter values would turn half of every line into stars, and are not secrets. */
    private static final int SHORTEST = 4;

    /** Longest first: of two secrets that begin alike, the longer one must not be cut in half. */
    private static volatile List<String> values = List.of();

    private Masking() {}

    static synchronized void add(Collection<Secret> secrets) {
        Set<String> all = new LinkedHashSet<>(values);
        for (Secret secret : secrets) {
            String value = secret.reveal();
            if (value.length() >= SHORTEST) {
                String encoded = URLEncoder.encode(value, StandardCharsets.UTF_8);
                all.add(value);
                all.add(encoded); // as it stands in an address
                all.add(encoded.replace("+", "%20"));
            }
        }
        values = all.stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }

    static String apply(String text) {
        String masked = text;
        for (String value : values) {
            masked = masked.replace(value, "***");
        }
        return masked;
    }
}
