package dev.tidemark.expression;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Map;

/** A text for a URL: lowercase letters and digits of any script, without accents, everything else one hyphen. */
final class Slug {

    /** Letters that no decomposition takes apart. */
    private static final Map<Integer, String> SPELT = Map.of(
            (int) 'ß', "ss", (int) 'æ', "ae", (int) 'œ', "oe", (int) 'ø', "o", (int) 'ł', "l", (int) 'đ', "d",
            (int) 'ð', "d", (int) 'þ', "th", (int) 'ı', "i");

    private Slug() {}

    static String of(String text) {
        String plain = Normalizer.normalize(text.toLowerCase(Locale.ROOT), Normalizer.Form.NFKD);
        StringBuilder slug = new StringBuilder(plain.length());
        boolean gap = false;
        for (int i = 0; i < plain.length(); ) {
            int point = plain.codePointAt(i);
            i += Character.charCount(point);
            if (Character.isLetterOrDigit(point)) {
                if (gap && slug.length() > 0) {
                    slug.append('-');
                }
                gap = false;
                String spelt = SPELT.get(point);
                if (spelt == null) {
                    slug.appendCodePoint(point);
                } else {
                    slug.append(spelt);
                }
            } else if (Character.getType(point) != Character.NON_SPACING_MARK) {
                gap = true;
            }
        }
        return Normalizer.normalize(slug, Normalizer.Form.NFC);
    }
}
