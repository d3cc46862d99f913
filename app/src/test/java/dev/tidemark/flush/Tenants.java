package dev.tidemark.flush;

import dev.tidemark.collection.CollectionRecord;
import dev.tidemark.collection.DynamicCollections;
import dev.tidemark.config.Cel;
import dev.tidemark.config.Config;
import dev.tidemark.config.DocumentBuilder;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.TableInfo;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Rows of {@link Goods}, in collections by the first digit in {@code secret}: "text 5" leads to {@code g_5}. */
public final class Tenants implements CollectionRecord {

    public static final String EXPRESSION = "'g_' + substring(row.secret, 5, 6)";

    /** Dead letters of rows without a collection. */
    static final String NONE = "public.goods:none";

    /** What is recorded; it outlives a process. */
    final Set<String> recorded = new TreeSet<>();

    /** Runs before each change of the record; what it throws is the end of the process. */
    Runnable before = () -> {};

    static Config.Document config() {
        return builder().build();
    }

    private static DocumentBuilder builder() {
        Map<String, Config.Field> fields = new LinkedHashMap<>();
        for (String name : List.of("name", "n", "big", "extra")) {
            fields.put(name, Goods.PLAIN);
        }
        return DocumentBuilder.of(new SourceSettings.Table(Goods.TABLE, List.of(), List.of("secret"), false), NONE)
                .fields(fields)
                .collectionBy(Cel.cel(EXPRESSION));
    }

    /** A family that may take over what others filled; it has no collection yet. */
    DynamicCollections adopting() throws Exception {
        TableInfo table = new TableInfo(Goods.SCHEMA, List.of("id"), -1);
        return new DynamicCollections(builder().adopt().build(), table, this, Goods.WRITTEN_AS);
    }

    /** The family as a start finds it: what is recorded and there belongs to it. */
    DynamicCollections family(FakeSink sink, @Nullable List<String> writtenAs) throws Exception {
        DynamicCollections family =
                new DynamicCollections(config(), new TableInfo(Goods.SCHEMA, List.of("id"), -1), this, writtenAs);
        for (String name : recorded) {
            sink.find(name).ifPresent(there -> family.add(there, List.of("id", "name", "n", "big", "secret")));
        }
        return family;
    }

    @Override
    public void announce(Collection<String> collections) {
        before.run();
        recorded.addAll(collections);
    }

    @Override
    public void made(Collection<String> collections) {
        before.run();
    }

    @Override
    public void forget(Collection<String> collections) {
        before.run();
        recorded.removeAll(collections);
    }
}
