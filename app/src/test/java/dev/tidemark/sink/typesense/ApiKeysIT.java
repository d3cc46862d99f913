package dev.tidemark.sink.typesense;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.testkit.typesense.TypesenseAdmin;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** What Typesense enforces of keys; docs/operations/keys.md says the same. */
class ApiKeysIT {

    private static final String SEARCH = "/documents/search?q=*";

    private final TypesenseServer server = TypesenseServer.shared();
    private final TypesenseAdmin admin = server.admin();
    private final ApiKeys keys =
            new ApiKeys(Sinks.config(List.of(server.uri()), server.apiKey(), Duration.ofSeconds(10)));

    private void collection(String name) {
        admin.status("DELETE", "/collections/" + name); // a test that is run a second time finds it
        admin.post(
                "/collections",
                "{\"name\": \"" + name + "\", \"fields\": [{\"name\": \"tenant\", \"type\": \"string\"}]}");
        admin.upsert(name, List.of("{\"id\": \"1\", \"tenant\": \"a\"}", "{\"id\": \"2\", \"tenant\": \"b\"}"));
    }

    private TypesenseAdmin with(ApiKeys.Request request) throws Exception {
        return with(keys.create(request).value().reveal());
    }

    private TypesenseAdmin with(String key) {
        URI uri = server.uri();
        return new TypesenseAdmin(uri, key);
    }

    @Test
    void nameWithADot_isNoPattern() throws Exception {
        collection("keys_v1.0");
        collection("keys_v1x0");
        TypesenseAdmin searching = with(ApiKeys.search("t", "keys_v1.0"));
        assertThat(searching.status("GET", "/collections/keys_v1.0" + SEARCH)).isEqualTo(200);
        assertThat(searching.status("GET", "/collections/keys_v1x0" + SEARCH)).isEqualTo(401);
        TypesenseAdmin service = with(ApiKeys.service("t", true, List.of("keys_v1.0"), List.of()));
        assertThat(service.status("GET", "/collections/keys_v1.0")).isEqualTo(200);
        assertThat(service.status("GET", "/collections/keys_v1x0")).isEqualTo(401);
    }

    @Test
    void prefix_allowsCollectionsThatAreNotThereYet_andNoOthers() throws Exception {
        collection("keys_eu.a");
        collection("keys_euxa");
        admin.status("DELETE", "/collections/keys_eu.b");
        TypesenseAdmin service = with(ApiKeys.service("t", true, List.of(), List.of("keys_eu.")));
        assertThat(service.status("GET", "/collections/keys_eu.a")).isEqualTo(200);
        assertThat(service.status("GET", "/collections/keys_euxa")).isEqualTo(401);
        String schema = "\", \"fields\": [{\"name\": \"tenant\", \"type\": \"string\"}]}";
        service.post("/collections", "{\"name\": \"keys_eu.b" + schema);
        service.upsert("keys_eu.b", List.of("{\"id\": \"1\", \"tenant\": \"a\"}"));
        assertThat(service.export("keys_eu.b")).hasSize(1);
        assertThat(service.status("GET", "/collections/keys_eu.c")).isEqualTo(404);
    }

    @Test
    void pattern_escapesWhatMeansMore() {
        assertThat(ApiKeys.pattern("a.b*c[d](e)\\")).isEqualTo("a\\.b\\*c\\[d\\]\\(e\\)\\\\");
        assertThat(ApiKeys.pattern("Größe_1-a")).isEqualTo("Größe_1-a");
    }

    @Test
    void searchKeyOfAnAlias_searchesByThatNameOnly() throws Exception {
        collection("keys_goods_1");
        admin.put("/aliases/keys_goods", "{\"collection_name\": \"keys_goods_1\"}");
        TypesenseAdmin searching = with(ApiKeys.search("t", "keys_goods"));
        assertThat(searching.status("GET", "/collections/keys_goods" + SEARCH)).isEqualTo(200);
        assertThat(searching.status("GET", "/collections/keys_goods_1" + SEARCH))
                .isEqualTo(401);
    }

    @Test
    void scopedKey_seesItsTenantOnly_andNothingWidensIt() throws Exception {
        collection("keys_tenants");
        String parent = keys.create(ApiKeys.search("t", "keys_tenants")).value().reveal();
        TypesenseAdmin scoped = with(scoped(parent, "{\"filter_by\":\"tenant:=a\"}"));
        assertThat(scoped.get("/collections/keys_tenants" + SEARCH)).contains("\"found\":1", "\"tenant\":\"a\"");
        assertThat(scoped.get("/collections/keys_tenants" + SEARCH + "&filter_by=tenant:=b"))
                .contains("\"found\":0");
        TypesenseAdmin forged = with(scoped("x" + parent.substring(1), "{\"filter_by\":\"tenant:=a\"}"));
        assertThat(forged.status("GET", "/collections/keys_tenants" + SEARCH)).isEqualTo(401);
    }

    /** As docs/operations/keys.md tells it. */
    private static String scoped(String parent, String parameters) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(parent.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        String digest = Base64.getEncoder().encodeToString(mac.doFinal(parameters.getBytes(StandardCharsets.UTF_8)));
        String plain = digest + parent.substring(0, 4) + parameters;
        return Base64.getEncoder().encodeToString(plain.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void deletedKey_isWorthNothing() throws Exception {
        collection("keys_gone");
        ApiKeys.Created key = keys.create(ApiKeys.search("t", "keys_gone"));
        TypesenseAdmin searching = with(key.value().reveal());
        assertThat(searching.status("GET", "/collections/keys_gone" + SEARCH)).isEqualTo(200);
        keys.delete(key.id());
        keys.delete(key.id());
        assertThat(searching.status("GET", "/collections/keys_gone" + SEARCH)).isEqualTo(401);
    }
}
