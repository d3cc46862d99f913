package dev.tidemark.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.health.Health;
import dev.tidemark.health.PipelineStatus;
import dev.tidemark.metrics.Statuses;
import dev.tidemark.metrics.WithoutRows;
import dev.tidemark.testkit.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;

/** What the page makes of answers that a real service gives seldom. {@link PageIT} has a real one. */
class PageViewsIT {

    private static final String EVIL = "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'>";
    private static final long LARGEST_IMAGE = 190 * 1024;

    private static Browser browser;
    private CannedService service;

    @BeforeAll
    static void startBrowser() {
        browser = Browser.start();
    }

    @AfterAll
    static void closeBrowser() {
        browser.close();
    }

    @BeforeEach
    void startService() throws IOException {
        browser.consoleMessages();
        service = new CannedService().answer("/api/history", Canned.history());
    }

    @AfterEach
    void stopService() {
        browser.open("about:blank").prefers("light").sized(1280);
        service.close();
    }

    private void open(Object status) {
        service.answer("/api/status", status);
        browser.open(service.address());
    }

    private void openWithDeadLetters() {
        service.answer(
                "/api/dead-letters",
                Canned.deadLetters(List.of(
                        Canned.deadLetter("products", "4711", "public.products", "Field `price` must be a float."),
                        Canned.deadLetter("products", "4712", "public.products", "Field `price` must be a float."),
                        Canned.deadLetter("orders", "99", "public.orders", "column total: NaN is no JSON number"))));
        service.answer("/api/dead-letters/job", job(0));
        open(Canned.streaming());
        browser.awaitText("#dead-letters", "4711", "99");
    }

    private static Map<String, Object> job(int rejected) {
        return Map.of(
                "action",
                "replay",
                "running",
                false,
                "selected",
                1,
                "settled",
                1 - rejected,
                "refused",
                rejected,
                "unknown",
                0);
    }

    private CannedService.Call onlyCall() {
        await().until(() -> !service.calls().isEmpty());
        assertThat(service.calls()).hasSize(1);
        return service.calls().get(0);
    }

    @Test
    void serversText_staysText() {
        service.answer("/api/dead-letters", Canned.deadLetters(List.of(Canned.deadLetter(EVIL, EVIL, EVIL, EVIL))));
        service.answer("/api/pause", "{}")
                .answer(
                        "/api/dead-letters/reasons",
                        Map.of("count", 1, "read", 1, "reasons", List.of(Canned.reason(EVIL, EVIL, EVIL, 1))))
                .answer(
                        "/api/events",
                        Map.of("events", List.of(Map.of("time", Statuses.SINCE, "level", "INFO", "message", EVIL))));
        open(Statuses.status()
                .pipeline(EVIL)
                .state(EVIL)
                .position(EVIL)
                .collections(List.of(new PipelineStatus.Collection(EVIL, EVIL, 1, 1, 1, 1, 1, 1)))
                .tables(List.of(new PipelineStatus.Table(EVIL, 1, null, 1, 2, false)))
                .snapshot(new PipelineStatus.Snapshot(1, 2, 3, 4))
                .problem(Health.Part.SINK, new Health.Condition(EVIL, EVIL))
                .build());
        for (String css : List.of(
                "#pipeline",
                "#problems",
                "#flow",
                "#snapshot",
                "#collections",
                "#dead-letters",
                "#reasons",
                "#events")) {
            browser.awaitText(css, EVIL);
        }
        assertThat(browser.elements("script")).hasSize(1);
        assertThat(browser.elements("img")).isEmpty();
        assertThat(browser.script("return window.hacked ?? 'no'")).isEqualTo("no");
        assertThat(browser.consoleMessages()).isEmpty();
    }

    @Test
    void policy_stopsHtmlFromText() {
        open(Canned.streaming());
        browser.awaitText("#headline", "streaming");
        assertThat(browser.script(
                        "try { document.body.innerHTML = '<b>x</b>'; return 'done' } catch (e) { return e.name }"))
                .isEqualTo("TypeError");
    }

    @Test
    void snapshot_hasABarForEachTable() {
        open(Canned.snapshot());
        browser.awaitText("#headline", "loading tables");
        browser.awaitText("#flow", "/s");
        browser.awaitText(
                "#snapshot",
                "1,250,000 rows loaded",
                "about 1 min 13 s left",
                "750,000 of about 1,500,000",
                "96,000 rows");
        assertThat(browser.element("progress[aria-label='Rows of public.products']")
                        .getDomProperty("position"))
                .isEqualTo("0.5");
        service.answer("/api/status", Canned.streaming());
        browser.awaitGone("#snapshot");
    }

    @Test
    void snapshot_ofSingleTables_isShownWhileChangesAreStreamed() {
        open(Canned.readingAgain());
        browser.awaitText("#headline", "streaming");
        browser.awaitText(
                "#snapshot",
                "Reloaded while changes are streamed",
                "600,000 of about 1,500,000",
                "12,000/s",
                "about 1 min 15 s left",
                "waiting",
                "failed: no SELECT privilege",
                "deleting documents whose row is gone");
        assertThat(browser.element("#snapshot").getText()).doesNotContain("public.done");
        assertThat(browser.element("progress[aria-label='Rows of public.products']")
                        .getDomProperty("position"))
                .isEqualTo("0.4");
        service.answer("/api/status", Canned.streaming());
        browser.awaitGone("#snapshot");
    }

    @Test
    void charts_tellTheirFiguresInWordsToo() {
        open(Canned.streaming());
        browser.awaitText(
                "#charts", "Received per second", "Durable per second", "Lag", "Changes in the queue", "highest");
        assertThat(browser.elements("#charts svg[role=img]")).hasSize(4).allSatisfy(svg -> {
            assertThat(svg.getDomAttribute("aria-label")).contains("over the last 30 min", "now, highest");
            assertThat(svg.findElements(org.openqa.selenium.By.cssSelector("polyline")))
                    .as("the gap splits it")
                    .hasSize(2);
        });
    }

    @Test
    void queue_saysThatItIsNearlyFull() {
        open(Canned.like("streaming").lag(75).queue(90, 100, 1, 1000).build());
        browser.awaitText("#flow", "nearly full", "90 of 100 changes", "1 min 15 s");
        browser.awaitText("#headline", "behind by 1 min 15 s");
    }

    @Test
    void silence_isTold_untilTheServiceAnswersAgain() throws IOException {
        service.close();
        // One that no outgoing connection takes while nobody listens on it.
        service = new CannedService(FreePorts.next()).answer("/api/history", Canned.history());
        open(Canned.streaming());
        browser.awaitText("#headline", "streaming");
        int port = service.port();
        service.close();
        browser.awaitText("#silence", "has not answered since", "queried again");
        browser.awaitText("#headline", "no answer");
        assertThat(browser.element("#announcement").getDomProperty("textContent"))
                .isEqualTo("no answer");
        browser.awaitText("#flow", "1,840 of 65,536 changes");
        service = new CannedService(port)
                .answer("/api/history", Canned.history())
                .answer("/api/status", Canned.streaming());
        browser.awaitGone("#silence");
        browser.awaitText("#headline", "streaming");
    }

    @Test
    void replay_asksForTheOneAndListsAgain() {
        openWithDeadLetters();
        service.answer("/api/dead-letters/replay", job(0));
        browser.element("button[aria-label='Replay 4711 of products']").click();
        CannedService.Call call = onlyCall();
        assertThat(call.path()).isEqualTo("/api/dead-letters/replay");
        assertThat(call.body()).hasToString("{\"collection\":\"products\",\"ids\":[\"4711\"]}");
        service.answer("/api/status", Canned.quiet());
        browser.awaitGone("#dead-letters");
    }

    @Test
    void replayAll_takesEachCollectionByItself() {
        openWithDeadLetters();
        service.answer("/api/dead-letters/replay", job(0));
        browser.awaitText("#dead-letters-actions", "Replay all 3");
        browser.element("#dead-letters-actions button").click();
        await().until(() -> service.calls().size() == 2);
        assertThat(service.calls())
                .extracting(call -> call.body().toString())
                .containsExactly(
                        "{\"collection\":\"products\",\"ids\":[\"4711\",\"4712\"]}",
                        "{\"collection\":\"orders\",\"ids\":[\"99\"]}");
    }

    @Test
    void replay_saysSo_whenTheDocumentIsRefusedAgain() {
        openWithDeadLetters();
        service.answer("/api/dead-letters/replay", job(1)).answer("/api/dead-letters/job", job(1));
        browser.element("button[aria-label='Replay 99 of orders']").click();
        browser.awaitText("#failure", "1 document rejected again");
    }

    @Test
    void discard_asksFirst_andIsCancelledByEscape() {
        openWithDeadLetters();
        service.answer("/api/dead-letters/discard", job(0));
        browser.element("button[aria-label='Discard 99 of orders']").click();
        browser.awaitText("#question-dialog", "Discard 99?", "stays as it is");
        browser.press(Keys.ESCAPE);
        browser.awaitGone("#question-dialog");
        assertThat(service.calls()).isEmpty();
        assertThat(browser.focused().getDomAttribute("aria-label")).isEqualTo("Discard 99 of orders");
        browser.press(Keys.ENTER);
        browser.awaitText("#question-dialog", "Discard 99?");
        browser.press(Keys.ENTER); // the first button has the focus
        assertThat(onlyCall().path()).isEqualTo("/api/dead-letters/discard");
    }

    @Test
    void letters_areCountedWithoutButtons_whereTheServiceDoesNotListThem() {
        open(Canned.streaming());
        browser.awaitText("#dead-letters-note", "3 documents", "tidemark dead-letters list");
        assertThat(browser.elements("#dead-letters button")).isEmpty();
    }

    @Test
    void problems_thatMayQuoteRows_areShownOnceTheTokenIsEntered() {
        service.requireToken("secret");
        service.answer("/api/log-level", "{\"level\":\"info\"}");
        Health.Condition secret = new Health.Condition("row 4711 is rejected", "correct it");
        open(WithoutRows.status(Canned.status("paused", null, Map.of(Health.Part.FLUSH, secret))));
        browser.awaitText("#problems", "flush has a problem", "Enter the token");
        browser.element("#problems-actions button").click();
        browser.awaitText("#token-dialog", "this needs the token");
        browser.press("secret", Keys.ENTER);
        await().until(() -> service.calls().size() == 2);
        service.answer(
                "/api/status",
                Canned.status(
                        "streaming",
                        null,
                        Map.of(Health.Part.FLUSH, new Health.Condition("row 4711 is refused", "fix it"))));
        browser.awaitText("#problems", "row 4711 is refused");
        await().until(() -> browser.elements("#problems-actions button").isEmpty());
    }

    @Test
    void pause_needsTheToken_whichThisTabKeeps() {
        service.requireToken("secret");
        service.answer("/api/pause", "{}").answer("/api/resume", "{}");
        open(Canned.quiet());
        browser.awaitText("#pause", "Pause");
        browser.element("#pause").click();
        browser.awaitText("#token-dialog", "this needs the token");
        browser.press("wrong", Keys.ENTER);
        await().until(() -> service.calls().size() == 2);
        browser.awaitText("#token-dialog", "this needs the token");
        await().until(() -> "token".equals(browser.focused().getDomAttribute("id")));
        browser.press("secret", Keys.ENTER);
        await().until(() -> service.calls().size() == 3);
        assertThat(service.calls())
                .extracting(CannedService.Call::authorization)
                .containsExactly("", "Bearer wrong", "Bearer secret");
        service.answer("/api/status", Canned.paused());
        browser.awaitText("#headline", "paused");
        browser.awaitText("#problems", "'tidemark resume' continues");
        browser.awaitText("#pause", "Resume");
        browser.element("#pause").click();
        await().until(() -> service.calls().size() == 4);
        assertThat(service.calls().get(3).path()).isEqualTo("/api/resume");
        assertThat(browser.script(
                        "return JSON.stringify([localStorage.length, sessionStorage.length, document.cookie])"))
                .isEqualTo("[0,1,\"\"]");
    }

    @Test
    void keyboard_reachesEverything() {
        openWithDeadLetters();
        List<String> reached = new java.util.ArrayList<>();
        browser.element("body").sendKeys(Keys.TAB);
        for (int i = 0;
                i < 60 && (reached.isEmpty() || !browser.focused().getTagName().equals("body"));
                i++) {
            reached.add(String.valueOf(browser.script("return document.activeElement.ariaLabel ??"
                    + " document.activeElement.textContent.trim().slice(0, 20)")));
            assertThat(browser.script("return getComputedStyle(document.activeElement).outlineStyle"))
                    .isNotEqualTo("none");
            browser.press(Keys.TAB);
        }
        assertThat(reached)
                .startsWith("Skip to the figures", "Pause")
                .contains(
                        "Find", "Replay all 3", "Replay 4711 of products", "Discard 99 of orders", "Status", "Metrics");
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void everything_isAccessible(String colours) throws IOException {
        browser.prefers(colours);
        openWithDeadLetters();
        service.answer("/api/status", everything());
        browser.awaitText("#problems", "does not answer");
        assertThat(browser.accessibilityFindings()).isEmpty();
        browser.element("button[aria-label='Discard 99 of orders']").click();
        browser.awaitText("#question-dialog", "Discard 99?");
        assertThat(browser.accessibilityFindings()).isEmpty();
        browser.press(Keys.ESCAPE);
    }

    private static PipelineStatus everything() {
        return Canned.status(
                "loading",
                new PipelineStatus.Snapshot(1_250_000, 2_600_000, 18_400, 73),
                Map.of(
                        Health.Part.SINK,
                        new Health.Condition("Typesense at http://10.0.0.5:8108 does not answer", "start it")));
    }

    @Test
    void narrow_needsNoScrollingToTheSide() throws IOException {
        browser.sized(360);
        openWithDeadLetters();
        service.answer("/api/status", everything());
        browser.awaitText("#problems", "does not answer");
        assertThat((Long) browser.script("return document.documentElement.scrollWidth"))
                .isLessThanOrEqualTo(360);
        assertThat(browser.accessibilityFindings()).isEmpty();
    }

    private static final List<PipelineStatus.Collection> REJECTED = List.of(
            new PipelineStatus.Collection("public.products", "products", 7_170, 1_000, 0, 2_700, 2_700, 5_470),
            new PipelineStatus.Collection("public.orders", "orders", 0, 0, 0, 10, 10, 0));

    private void openWithRejected() {
        service.answer(
                        "/api/dead-letters/reasons",
                        Map.of(
                                "count",
                                2_710,
                                "read",
                                2_710,
                                "reasons",
                                List.of(
                                        Canned.reason("products", "price", "Field `price` must be a float.", 2_700),
                                        Canned.reason("orders", "total", "column 'total': ... is no number", 10))))
                .answer(
                        "/api/dead-letters",
                        Canned.deadLetters(List.of(Canned.deadLetter(
                                "products", "4711", "public.products", "Field `price` must be a float."))))
                .answer(
                        "/api/document",
                        Map.of(
                                "collection",
                                "products",
                                "id",
                                "4711",
                                "exists",
                                true,
                                "document",
                                Map.of("id", "4711")))
                .answer("/api/trace", Map.of("table", "public.products", "entries", List.of(Canned.traced())));
        open(Canned.like("streaming").collections(REJECTED).build());
        browser.awaitText("#reasons", "2,700 documents of products");
    }

    @Test
    void rejectedDocuments_areInTheHeadline_andComeFirst_groupedByReason() {
        openWithRejected();
        browser.awaitText("#headline", "streaming, 2,710 documents rejected");
        assertThat(browser.element("#headline").getDomAttribute("data-severity"))
                .isEqualTo("warn");
        assertThat(browser.script("return document.title")).asString().contains("2,710 documents rejected");
        browser.awaitText("#problems", "2,710 of 10,880 documents are rejected", "replay them");
        browser.awaitText("#reasons", "field price", "must be a float", "10 documents of orders", "Correct the rows");
        assertThat((Boolean) browser.script("return [...document.querySelectorAll('main > section')].filter(each =>"
                        + " !each.hidden).map(each => each.id).slice(0, 2).join() ==="
                        + " 'problems,dead-letters'"))
                .isTrue();
    }

    @Test
    void reason_leadsToTheTraceOfARow_andToItsDocument() {
        openWithRejected();
        browser.element("#reasons button[aria-label='Trace 4711 of products']").click();
        browser.awaitText("#find-result", "products has document 4711", "1 change", "LSN 0/2723DF8", "a float");
        assertThat(browser.element("#find-collection").getDomProperty("value")).isEqualTo("products");
    }

    @Test
    void manyRejected_areReplayedAtOnce() {
        openWithRejected();
        service.answer("/api/dead-letters/replay", job(0)).answer("/api/dead-letters/job", job(0));
        browser.awaitText("#dead-letters-actions", "Replay all 2,710");
        browser.element("#dead-letters-actions button").click();
        assertThat(onlyCall().body()).hasToString("{\"all\":true}");
    }

    @Test
    void document_isSearchedForWithTheToken() {
        service.requireToken("secret");
        service.requireTokenFor("/api/document");
        service.answer("/api/document", "{\"collection\":\"products\",\"id\":\"7\",\"exists\":false,\"document\":null}")
                .answer("/api/trace", Map.of("table", "public.products", "entries", List.of()));
        open(Canned.quiet());
        browser.awaitText("#find", "Find a document");
        browser.element("#find-key").sendKeys("7");
        browser.element("#find button[type=submit]").click();
        browser.awaitText("#token-dialog", "this needs the token");
        browser.press("secret", Keys.ENTER);
        browser.awaitText("#find-result", "products has no document 7", "No change of this row is remembered");
    }

    @Test
    void problem_saysSinceWhen_andWhenTheNextTryIs() {
        String soon = java.time.Instant.now().plusSeconds(3_000).toString();
        open(Canned.like("paused")
                .sinkDown()
                .problem(Health.Part.SINK, new Health.Condition("Typesense does not answer", "start it"), soon)
                .build());
        browser.awaitText("#headline", "not ready: Typesense");
        browser.awaitText("#problems", "Typesense does not answer", "start it", "Since 21 Nov", "next try in 4");
    }

    @Test
    void source_showsWhatItReceives_andTheLogThatIsHeldBack() {
        open(Canned.like("streaming")
                .rates(141, 0)
                .log(new PipelineStatus.LogRetention(3L << 30, 2L << 30, 1 << 20, 2048))
                .build());
        browser.awaitText(
                "#flow", "Received", "141/s", "WAL held back", "3 GB, +1 MB/s", "2 GB left, about 34 min 8 s");
        browser.awaitText("#flow", "postgres 10.0.0.4:5432/shop", "http://10.0.0.5:8108");
        browser.awaitText("#headline", "3 GB of WAL held back");
        browser.awaitText("#problems", "the slot is lost then");
        browser.awaitText("#facts", "version 0.1.0", "up 1 day 2 h", "run 0badcafe");
    }

    @Test
    void boxesAndCharts_showTheSameFigures() {
        open(Canned.like("streaming")
                .rates(141, 97)
                .lag(12)
                .queue(77, 100_000, 1, 1_000)
                .build());
        browser.awaitText("#flow", "141/s", "97/s", "12 s", "77 of 100,000");
        assertThat(browser.elements("#charts figcaption .now"))
                .extracting(org.openqa.selenium.WebElement::getText)
                .containsExactly("141", "97", "12 s", "77");
    }

    @Test
    void chart_ofTheFirstSeconds_isNotALineAtTheEdge_andNoLabelIsCut() {
        long now = java.time.Instant.now().getEpochSecond();
        service.answer(
                "/api/history",
                new History.View(
                        5,
                        360,
                        List.of(
                                new History.Sample(now - 20, 1_234_567, 5, 100, 3),
                                new History.Sample(now - 15, 900_000, 7, 61, 3),
                                new History.Sample(now - 10, 900_000, 7, 3_700, 123_456))));
        open(Canned.like("streaming").lag(100).build());
        browser.awaitText("#history-title", "The last 1 min");
        for (int wide : new int[] {1280, 390}) {
            browser.sized(wide);
            // In one script: every two seconds the lines are drawn anew.
            assertThat((List<?>) browser.script("return [...document.querySelectorAll('#charts .line')]"
                            + ".map(line => line.getBoundingClientRect().width)"))
                    .hasSize(4)
                    .allSatisfy(
                            width -> assertThat(((Number) width).doubleValue()).isGreaterThan(20));
            assertThat((List<?>) browser.script("return [...document.querySelectorAll('#charts svg')].flatMap(svg =>"
                            + " [...svg.querySelectorAll('text')].filter(text => text.getBoundingClientRect().left"
                            + " < svg.getBoundingClientRect().left - 1 || text.getBoundingClientRect().right"
                            + " > svg.getBoundingClientRect().right + 1).map(text => text.textContent))"))
                    .isEmpty();
        }
    }

    private void openWithCollections(int count) {
        List<PipelineStatus.Collection> collections = new java.util.ArrayList<>();
        List<PipelineStatus.Table> tables = new java.util.ArrayList<>();
        for (int i = count; i >= 1; i--) {
            String table = "public.table_" + i;
            collections.add(new PipelineStatus.Collection(table, "c" + i, i, 0, 0, 0, i == 40 ? 3 : 0, 1_000 + i));
            tables.add(new PipelineStatus.Table(table, i, null, 0, 2_000 + i, false));
        }
        open(Canned.like("streaming").collections(collections).tables(tables).build());
        browser.awaitText("#collections", "c1");
    }

    private static List<String> names() {
        // In one script: a row that is gone meanwhile would be an error.
        Object names = browser.script(
                "return [...document.querySelectorAll('#collections tbody th')].map(name => name.innerText.trim())");
        return ((List<?>) names).stream().map(String::valueOf).toList();
    }

    @Test
    void collections_areInNaturalOrder_andFiltered() {
        openWithCollections(62);
        assertThat(names()).startsWith("c1", "c2", "c3").containsSubsequence("c9", "c10", "c11", "c12");
        browser.awaitText("#collections-note", "50 of 62 collections");
        browser.awaitText("#collections tbody", "~2,001 1,001");
        browser.element("#collections-filter").sendKeys("table_4");
        await().untilAsserted(() -> assertThat(names())
                .containsExactly("c4", "c40", "c41", "c42", "c43", "c44", "c45", "c46", "c47", "c48", "c49"));
        browser.awaitText("#collections-note", "11 of 62 collections match");
        browser.element("#collections-filter").clear();
        browser.element("#collections-order").sendKeys("dead");
        await().untilAsserted(() -> assertThat(names()).startsWith("c40", "c1", "c2"));
        browser.element("#collections-actions button").click();
        await().untilAsserted(() -> assertThat(names()).hasSize(62));
    }

    @Test
    void fiveHundredCollections_areDrawnQuickly() {
        openWithCollections(500);
        browser.element("#collections-actions button").click();
        await().untilAsserted(() ->
                assertThat(browser.elements("#collections tbody tr")).hasSize(500));
        Number millis = (Number) browser.script("const view = document.getElementById('collections-filter'); const"
                + " times = []; for (let i = 0; i < 5; i++) { const begun = performance.now();"
                + " view.dispatchEvent(new Event('input')); times.push(performance.now() - begun); } return"
                + " Math.round(Math.min(...times))");
        assertThat(millis.doubleValue())
                .as("milliseconds for one refresh, without what else the machine did")
                .isLessThan(500);
    }

    @Test
    void phone_cutsNoFigureOfACollection() {
        browser.sized(390);
        openWithCollections(62);
        browser.sized(390);
        assertThat((List<?>) browser.script("return [...document.querySelectorAll('#collections td, #collections tbody"
                        + " th')].filter(cell => cell.getBoundingClientRect().right > 390 || cell.scrollWidth >"
                        + " cell.clientWidth + 1).map(cell => cell.textContent)"))
                .isEmpty();
        assertThat((Long) browser.script("return document.documentElement.scrollWidth"))
                .isLessThanOrEqualTo(390);
    }

    @Test
    void finishedBar_isFull_andNotStriped() {
        String now = java.time.Instant.now().toString();
        open(Canned.like("loading")
                .snapshot(new PipelineStatus.Snapshot(1_000, -1, 10, -1))
                .tables(List.of(
                        new PipelineStatus.Table("public.past_its_guess", 900, now, 900, 800, true),
                        new PipelineStatus.Table("public.never_counted", 50, now, 50, -1, true),
                        new PipelineStatus.Table("public.running", 50, now, 50, -1, false)))
                .build());
        browser.awaitText("#snapshot", "900 rows, done", "50 rows, done");
        for (String done : List.of("past_its_guess", "never_counted")) {
            assertThat(browser.element("progress[aria-label='Rows of public." + done + "']")
                            .getDomProperty("position"))
                    .isEqualTo("1");
        }
        assertThat(browser.element("progress[aria-label='Rows of public.running']")
                        .getDomProperty("position"))
                .isEqualTo("-1");
    }

    @Test
    void events_areListed_andNeedTheToken() {
        service.requireToken("secret");
        service.requireTokenFor("/api/events");
        service.answer(
                "/api/events",
                "{\"events\":[{\"time\":\"2026-01-02T03:04:05Z\",\"level\":\"WARN\",\"message\":\"row 4711 is"
                        + " odd\"}]}");
        open(Canned.quiet());
        browser.awaitText("#events", "this needs the token", "Enter the token");
        browser.element("#events-actions button").click();
        browser.awaitText("#token-dialog", "this needs the token");
        browser.press("secret", Keys.ENTER);
        browser.awaitText("#events", "row 4711 is odd", "2 Jan");
        assertThat(browser.elements("#events-actions button")).isEmpty();
    }

    /** With {@code -Dtidemark.page.images=../docs/images} they are kept: the pictures of docs/operations/monitoring.md. */
    @ParameterizedTest
    @ValueSource(strings = {"light", "dark", "narrow", "rejects"})
    void images_areSmall(String name) throws IOException {
        String kept = System.getProperty("tidemark.page.images");
        Path directory = kept == null
                ? Files.createTempDirectory("tidemark-page")
                : Path.of(kept).toAbsolutePath();
        int width = name.equals("narrow") ? 390 : 1000;
        browser.prefers(name.equals("dark") ? "dark" : "light").sized(width);
        service.answer("/api/events", Canned.events());
        if (name.equals("rejects")) {
            openWithRejected();
        } else {
            openWithDeadLetters();
            service.answer("/api/status", Canned.readingTwo());
            browser.awaitText("#snapshot", "public.products", "waiting");
        }
        browser.awaitText("#events", "the source is connected");
        browser.sized(width);
        Path file = directory.resolve("status-page-" + name + ".png");
        Picture.write(browser.screenshot(), name.equals("narrow") ? 1_800 : 1_400, file);
        assertThat(Files.size(file)).isBetween(10_000L, LARGEST_IMAGE);
    }
}
