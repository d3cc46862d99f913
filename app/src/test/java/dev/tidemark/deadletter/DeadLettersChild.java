package dev.tidemark.deadletter;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/** The process that {@link DeadLettersCrashTest} kills, or that runs out of disk. */
final class DeadLettersChild {

    private static final PrintStream OUT = System.out;

    private DeadLettersChild() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[1]);
        try (DeadLetters deadLetters = DeadLetters.open(directory, 1L << 30)) {
            if (arguments[0].equals("append")) {
                appendForEver(deadLetters, arguments[2]);
            } else {
                fill(deadLetters, directory);
            }
        }
    }

    private static void appendForEver(DeadLetters deadLetters, String round) throws Exception {
        Random random = new Random();
        List<DeadLetter> mine = new ArrayList<>();
        for (int id = 0; ; ) {
            List<DeadLetter> batch = new ArrayList<>();
            for (int left = 1 + random.nextInt(5); left > 0; left--) {
                String document = "x".repeat(random.nextInt(3000));
                batch.add(Letters.of(random.nextBoolean() ? "a" : "b", round + "-" + id, id++, document));
            }
            say("begin", batch);
            deadLetters.append(batch);
            say("appended", batch);
            mine.addAll(batch);
            while (mine.size() > 15) { // enough is settled for files to be compacted all the time
                List<DeadLetter> resolved = List.of(mine.remove(random.nextInt(mine.size())));
                say("begin", resolved);
                deadLetters.resolve(
                        resolved.get(0).collection(), List.of(resolved.get(0).id()));
                say("settled", resolved);
            }
        }
    }

    private static void say(String what, List<DeadLetter> deadLetters) {
        String names = deadLetters.stream()
                .map(deadLetter -> deadLetter.collection() + "/" + deadLetter.id())
                .collect(Collectors.joining(","));
        OUT.println(what + " " + names + " .");
    }

    /** The second file fails in the middle of its write; the first was written by then. */
    private static void fill(DeadLetters deadLetters, Path directory) throws Exception {
        deadLetters.append(List.of(Letters.of("a", "before", 1), Letters.of("b", "before", 1)));
        long a = Files.size(directory.resolve("a.jsonl"));
        long b = Files.size(directory.resolve("b.jsonl"));
        String document = "x".repeat(1_000_000);
        for (int attempt = 0; attempt < 3; attempt++) {
            try {
                deadLetters.append(List.of(Letters.of("a", "big", 2), Letters.of("b", "big", 2, document)));
                throw new AssertionError("the limit on file size is not in force");
            } catch (IOException e) {
                check(Files.size(directory.resolve("a.jsonl")) == a, "a was not cut back");
                check(Files.size(directory.resolve("b.jsonl")) == b, "b was not cut back");
                check(!deadLetters.isPending("a", "big") && !deadLetters.isPending("b", "big"), "counted all the same");
            }
        }
        int added = deadLetters.append(List.of(Letters.of("a", "after", 3), Letters.of("b", "after", 3)));
        check(added == 2, "appended " + added);
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
