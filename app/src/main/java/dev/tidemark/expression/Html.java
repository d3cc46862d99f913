package dev.tidemark.expression;

import java.util.Set;
import java.util.regex.Pattern;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeFilter;

/**
 * The text of a piece of HTML, for searching: without tags, comments, scripts and styles, entities replaced, whitespace
 * collapsed. It is not a sanitizer: its result is text, and has to be escaped if it is shown as HTML.
 */
final class Html {

    /** Tags inside a word: no space takes their place. */
    private static final Set<String> INLINE = Set.of(
            "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "kbd",
            "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var",
            "wbr");

    /** Elements that a browser does not show, regardless of what the parser takes their content for. */
    private static final Set<String> HIDDEN = Set.of("script", "style", "template");

    private static final Pattern WHITESPACE = Pattern.compile("[\\s\\u00a0]+");

    /** Characters at which a word may be broken, but does not end. */
    private static final Pattern INVISIBLE = Pattern.compile("[\\u00ad\\u200b]");

    private Html() {}

    static String strip(String html) {
        StringBuilder text = new StringBuilder(html.length());
        Jsoup.parseBodyFragment(html).body().filter(new Collector(text));
        String visible = INVISIBLE.matcher(text).replaceAll("");
        return WHITESPACE.matcher(visible).replaceAll(" ").strip();
    }

    private record Collector(StringBuilder text) implements NodeFilter {

        @Override
        public FilterResult head(Node node, int depth) {
            if (node instanceof TextNode words) {
                text.append(words.getWholeText());
            } else if (node instanceof Element element) {
                if (HIDDEN.contains(element.normalName())) {
                    return FilterResult.SKIP_ENTIRELY;
                }
                separate(element);
            }
            return FilterResult.CONTINUE;
        }

        @Override
        public FilterResult tail(Node node, int depth) {
            if (node instanceof Element element) {
                separate(element);
            }
            return FilterResult.CONTINUE;
        }

        private void separate(Element element) {
            if (!INLINE.contains(element.normalName())) {
                text.append(' ');
            }
        }
    }
}
