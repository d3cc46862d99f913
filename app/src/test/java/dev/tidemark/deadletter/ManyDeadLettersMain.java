package dev.tidemark.deadletter;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Works with a great many dead letters in a small heap, and says what came of it. */
final class ManyDeadLettersMain {

    private ManyDeadLettersMain() {}

    public static void main(String[] arguments) throws Exception {
        long began = System.nanoTime();
        try (DeadLetters deadLetters = DeadLetters.open(Path.of(arguments[0]), 1L << 40)) {
            System.out.println("> open millis " + (System.nanoTime() - began) / 1_000_000);
            System.out.println("> pending " + deadLetters.pending("products"));
            List<DeadLetter> seldom = new ArrayList<>();
            DeadLetterFilter filter = new DeadLetterFilter("products", "seldom", null, null, java.util.Set.of());
            System.out.println(
                    "> seldom " + deadLetters.review().read(filter, 5, seldom::add) + ", listed " + seldom.size());
            System.out.println("> discarded " + deadLetters.review().discard(seldom));
            for (int page = 0; page < 60; page++) { // more than half: the file is written again
                List<String> ids = new ArrayList<>();
                for (int id = page * 10_000; id < (page + 1) * 10_000; id++) {
                    ids.add("id-" + id);
                }
                deadLetters.resolve("products", ids);
            }
            System.out.println("> left " + deadLetters.pending("products"));
            System.out.println("> " + deadLetters.isPending("products", "id-1") + " "
                    + deadLetters.isPending("products", "id-999999"));
            deadLetters.resolveAll("products");
            System.out.println("> left " + deadLetters.pending("products"));
        }
    }
}
