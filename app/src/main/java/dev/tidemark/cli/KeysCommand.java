package dev.tidemark.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidemark.config.Config;
import dev.tidemark.config.Destination;
import dev.tidemark.expression.ParsedExpression;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.typesense.ApiKeys;
import dev.tidemark.sink.typesense.TypesenseSink;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tidemark keys}: the smallest Typesense keys that do. */
@Command(
        name = "keys",
        description = "Makes Typesense keys that may do what is needed and nothing else.",
        subcommands = KeysCommand.Create.class)
public final class KeysCommand {

    private KeysCommand() {}

    /**
     * Command that creates keys. Only here is a secret printed (invariant 8): on stdout, once, since it cannot be retrieved
     * later.
     */
    @Command(
            name = "create",
            description = {
                "Makes the smallest key for the service (its actions, and the collections of this configuration) and a key for each"
                        + " collection that may only search it.",
                "Prints them to stdout, once, as lines for a shell (export TYPESENSE_API_KEY=...): Typesense never shows them again."
                        + " This is the only place where Tidemark prints a secret. Nothing else is changed.",
                "It needs a key that may make keys: that of the environment variable " + AdminKey.VARIABLE
                        + " if it is set, else that of the configuration. Other secrets of the configuration need not be set yet."
            })
    public static final class Create implements Callable<Integer> {

        @Mixin
        private ConfigOption config = new ConfigOption();

        @Mixin
        private LogOptions logs = new LogOptions();

        @Option(names = "--json", description = "print the keys as JSON")
        private boolean json;

        @Option(names = "--dry-run", description = "print what would be made, and make nothing")
        private boolean dryRun;

        private final Map<ApiKeys.Request, ApiKeys.Created> made = new LinkedHashMap<>();

        @Override
        public Integer call() throws InterruptedException, JsonProcessingException {
            logs.configure();
            Config loaded = config.loadWithoutSecrets();
            LogOptions.mask(loaded);
            Config.Typesense typesense = AdminKey.of(loaded.sink(), System.getenv());
            if (typesense.apiKey().reveal().isEmpty()) {
                System.err.println("no key that may create keys: export " + AdminKey.VARIABLE
                        + "=... with the key that Typesense was started with (--api-key)");
                return ExitCode.REJECTED;
            }
            ApiKeys keys = new ApiKeys(typesense);
            try (TypesenseSink sink = new TypesenseSink(typesense)) {
                List<ApiKeys.Request> requests = requests(loaded, sink);
                if (!dryRun) {
                    create(requests, keys);
                }
                print(requests);
                return ExitCode.DONE;
            } catch (SinkException e) {
                System.err.println(AdminKey.line(e));
                return ExitCode.REJECTED;
            }
        }

        /** Returns the requests: the service's key first, then one for each collection. */
        private static List<ApiKeys.Request> requests(Config config, TypesenseSink sink)
                throws SinkException, InterruptedException {
            List<String> collections = config.documents().stream()
                    .filter(document -> !document.isDynamic())
                    .map(Config.Document::collection)
                    .distinct()
                    .toList();
            List<String> concrete = new ArrayList<>();
            for (String collection : collections) {
                concrete.add(sink.find(collection).map(CollectionInfo::name).orElse(collection));
            }
            boolean shapes = config.documents().stream().anyMatch(Config.Document::create);
            List<ApiKeys.Request> requests = new ArrayList<>();
            requests.add(ApiKeys.service(config.name(), shapes, concrete, prefixes(config)));
            for (String collection : collections) {
                requests.add(ApiKeys.search(config.name(), collection));
            }
            return requests;
        }

        /**
         * Returns the literal prefixes of the names that expressions yield: a row may lead to any collection with such a
         * prefix.
         */
        private static List<String> prefixes(Config config) {
            return config.documents().stream()
                    .flatMap(document -> document.destination() instanceof Destination.Dynamic dynamic
                            ? Stream.of(dynamic.expression())
                            : Stream.empty())
                    .map(expression -> ParsedExpression.of(expression.text()).literalPrefix())
                    .distinct()
                    .toList();
        }

        /** Creates all keys or none: if one fails, those before it are deleted, since they were never printed. */
        private void create(List<ApiKeys.Request> requests, ApiKeys keys) throws SinkException, InterruptedException {
            boolean complete = false;
            try {
                for (ApiKeys.Request request : requests) {
                    made.put(request, keys.create(request));
                }
                complete = true;
            } finally {
                if (!complete) {
                    takeBack(keys);
                }
            }
        }

        private void takeBack(ApiKeys keys) throws InterruptedException {
            for (ApiKeys.Created key : made.values()) {
                try {
                    keys.delete(key.id());
                } catch (SinkException e) {
                    System.err.println("the key with id " + key.id() + " was made and could not be taken away again: "
                            + e.getMessage());
                }
            }
        }

        private void print(List<ApiKeys.Request> requests) throws JsonProcessingException {
            if (json) {
                System.out.println(
                        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(asJson(requests, made)));
                return;
            }
            for (int i = 0; i < requests.size(); i++) {
                ApiKeys.Request request = requests.get(i);
                System.out.println((i == 0 ? "# key of the service, for sink.typesense.apiKey" : "# key for searching ")
                        + (i == 0 ? "" : request.collections().get(0)));
                System.out.println("#   actions      " + String.join(", ", request.actions()));
                List<String> collections = new ArrayList<>(request.collections());
                request.prefixes().forEach(prefix -> collections.add(prefix + "*"));
                System.out.println("#   collections  " + String.join(", ", collections));
                ApiKeys.Created key = made.get(request);
                if (key != null) {
                    System.out.println("#   id           " + key.id());
                    System.out.println(
                            "export " + variable(i, request) + "=" + key.value().reveal());
                }
            }
        }

        /** Returns the variable that the documents' examples use; that of a search key is named after its collection. */
        private static String variable(int index, ApiKeys.Request request) {
            return index == 0
                    ? "TYPESENSE_API_KEY"
                    : "SEARCH_KEY_"
                            + request.collections()
                                    .get(0)
                                    .toUpperCase(Locale.ROOT)
                                    .replaceAll("[^A-Z0-9]", "_");
        }

        /** Returns the keys as {@code --json} prints them. */
        public static ObjectNode asJson(List<ApiKeys.Request> requests, Map<ApiKeys.Request, ApiKeys.Created> made) {
            ObjectMapper mapper = new ObjectMapper();
            ObjectNode answer = mapper.createObjectNode();
            answer.set("service", asJson(mapper, requests.get(0), made.get(requests.get(0))));
            requests.subList(1, requests.size())
                    .forEach(request -> answer.withArray("search").add(asJson(mapper, request, made.get(request))));
            return answer;
        }

        private static ObjectNode asJson(ObjectMapper mapper, ApiKeys.Request request, ApiKeys.@Nullable Created key) {
            ObjectNode node = mapper.valueToTree(request);
            if (key != null) {
                node.put("id", key.id()).put("value", key.value().reveal());
            }
            return node;
        }
    }
}
