package dev.tidemark.config.yaml;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** The word that was probably meant. */
public final class Suggestion {

    private static final int LONGEST = 64;

    private Suggestion() {}

    /** Returns the word of {@code known} that {@code word} is a misspelling of, if any is near enough. */
    public static Optional<String> of(String word, Collection<String> known) {
        if (word.length() > LONGEST) {
            return Optional.empty();
        }
        String plain = plain(word);
        return known.stream()
                .filter(candidate -> isNear(plain, plain(candidate)))
                .min(Comparator.<String>comparingInt(candidate -> distance(plain, plain(candidate)))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** Returns a hint: the word that was probably meant, or else all that are known. */
    public static String hint(String word, Collection<String> known) {
        return of(word, known)
                .map(near -> "did you mean '" + near + "'?")
                .orElseGet(() -> "known here: "
                        + String.join(", ", known.stream().sorted().toList()));
    }

    /** Returns the word without case and separators: api_key, api-key and apikey are all meant to be apiKey. */
    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replaceAll("[_. -]", "");
    }

    private static boolean isNear(String word, String candidate) {
        int shorter = Math.min(word.length(), candidate.length());
        if (shorter >= 4 && (word.startsWith(candidate) || candidate.startsWith(word))) {
            return true;
        }
        return Math.abs(word.length() - candidate.length()) <= 2
                && distance(word, candidate) <= (shorter >= 6 ? 2 : shorter >= 3 ? 1 : 0);
    }

    /** Returns the edit distance, in which two swapped neighbours count once. */
    private static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                cost[i][j] = i == 0 || j == 0 ? i + j : step(a, b, cost, i, j);
            }
        }
        return cost[a.length()][b.length()];
    }

    private static int step(String a, String b, int[][] cost, int i, int j) {
        int same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int least = Math.min(cost[i - 1][j - 1] + same, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(least, cost[i - 2][j - 2] + 1) : least;
    }
}
