package dev.tidemark.identity;

import dev.tidemark.health.Health;
import dev.tidemark.sink.CollectionLooks;
import dev.tidemark.sink.SinkException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Compares the aliases of the configuration with the collections that they led to at the start. Writes name those collections
 * (invariant 5), so an alias that is pointed elsewhere does no harm: after it is pointed back, all is as before. One thread at a
 * time.
 */
final class AliasWatch {

    private final CollectionLooks server;
    private Map<String, String> seen = Map.of();
    private Map<String, Health.Condition> wrong = Map.of();

    AliasWatch(CollectionLooks server) {
        this.server = server;
    }

    /**
     * Checks each alias. A problem counts when two checks in a row find it: a server that is loading shows aliases late.
     *
     * @param aliases with the concrete collections that are written to
     */
    void check(Map<String, String> aliases) throws SinkException, InterruptedException {
        Map<String, String> now = new HashMap<>();
        for (String alias : aliases.keySet()) {
            now.put(alias, server.resolve(alias).orElse(""));
        }
        Map<String, Health.Condition> found = new TreeMap<>();
        aliases.forEach((alias, stored) -> {
            String target = now.getOrDefault(alias, "");
            if (!target.equals(stored) && target.equals(seen.get(alias))) {
                found.put(alias, condition(alias, stored, target));
            }
        });
        seen = now;
        wrong = found;
    }

    List<Health.Condition> conditions() {
        return new ArrayList<>(wrong.values());
    }

    private static Health.Condition condition(String alias, String stored, String found) {
        String before =
                "alias " + alias + ": stored: it leads to collection " + stored + ", which is written to; found: ";
        String restart = "Restart the service, which then loads its tables into ";
        if (found.isEmpty()) {
            return new Health.Condition(
                    before + "it does not exist, so searches by this name fail",
                    "Create the alias again with the target " + stored);
        }
        if (found.equals(alias)) {
            return new Health.Condition(
                    before + "a collection of this name, which hides the alias, and which searches by this name read",
                    restart + "that collection; or delete the collection");
        }
        return new Health.Condition(
                before + "it leads to " + found + ", which searches by this name read and nothing is written to",
                restart + found + "; or point the alias back to " + stored);
    }
}
