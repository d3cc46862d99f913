package dev.tidemark.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.metrics.Health;
import dev.tidemark.metrics.PipelineStatus;
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
    private static final long LARGEST_IMAGE = 150 * 1024;

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

    private void openWithLetters() {
        service.answer(
                "/api/dead-letters",
                Canned.letters(List.of(
                        Canned.letter("products", "4711", "public.products", "Field `price` must be a float."),
                        Canned.letter("products", "4712", "public.products", "Field `price` must be a float."),
                        Canned.letter("orders", "99", "public.orders", "column total: NaN is no JSON number"))));
        service.answer("/api/dead-letters/job", job(0));
        open(Canned.streaming());
        browser.awaitText("#dead-letters", "4711", "99");
    }

    private static Map<String, Object> job(int refused) {
        return Map.of(
                "action",
                "replay",
                "running",
                false,
                "selected",
                1,
                "settled",
                1 - refused,
                "refused",
                refused,
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
        service.answer("/api/dead-letters", Canned.letters(List.of(Canned.letter(EVIL, EVIL, EVIL, EVIL))));
        service.answer("/api/pause", "{}");
        open(new PipelineStatus(
                EVIL,
                EVIL,
                EVIL,
                EVIL,
                1,
                new PipelineStatus.Queue(1, 2, 3, 4),
                null,
                List.of(new PipelineStatus.Collection(EVIL, EVIL, 1, 1, 1, 1, 1)),
                List.of(new PipelineStatus.Table(EVIL, 1, null, 1, 2)),
                new PipelineStatus.Snapshot(1, 2, 3, 4),
                Map.of(Health.Part.SINK, new Health.Condition(EVIL, EVIL)),
                true,
                true,
                List.of()));
        for (String css : List.of("#pipeline", "#problems", "#flow", "#snapshot", "#collections", "#dead-letters")) {
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
        browser.awaitText("#headline", "copying tables");
        browser.awaitText("#flow", "/s");
        browser.awaitText(
                "#snapshot",
                "1,250,000 rows copied",
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
                "Read again while changes are streamed",
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
        browser.awaitText("#charts", "Changes per second", "Lag", "Changes in the queue", "highest");
        assertThat(browser.elements("#charts svg[role=img]")).hasSize(3).allSatisfy(svg -> {
            assertThat(svg.getDomAttribute("aria-label")).contains("over the last 30 minutes", "now, highest");
            assertThat(svg.findElements(org.openqa.selenium.By.cssSelector("polyline")))
                    .as("the gap splits it")
                    .hasSize(2);
        });
    }

    @Test
    void queue_saysThatItIsNearlyFull() {
        PipelineStatus calm = Canned.streaming();
        open(new PipelineStatus(
                calm.pipeline(),
                calm.run(),
                calm.state(),
                calm.position(),
                75,
                new PipelineStatus.Queue(90, 100, 1, 1000),
                null,
                calm.collections(),
                calm.tables(),
                null,
                Map.of(),
                true,
                true,
                List.of()));
        browser.awaitText("#flow", "nearly full", "90 of 100 changes", "1 min 15 s");
        browser.awaitText("#headline", "behind by 1 min 15 s");
    }

    @Test
    void silence_isTold_untilTheServiceAnswersAgain() throws IOException {
        open(Canned.streaming());
        browser.awaitText("#headline", "streaming");
        int port = service.port();
        service.close();
        browser.awaitText("#silence", "has not answered since", "asked again");
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
        openWithLetters();
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
        openWithLetters();
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
        openWithLetters();
        service.answer("/api/dead-letters/replay", job(1)).answer("/api/dead-letters/job", job(1));
        browser.element("button[aria-label='Replay 99 of orders']").click();
        browser.awaitText("#failure", "1 document refused again");
    }

    @Test
    void discard_asksFirst_andIsCancelledByEscape() {
        openWithLetters();
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
        browser.awaitText("#problems", "'tidemark resume' goes on");
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
        openWithLetters();
        List<String> reached = new java.util.ArrayList<>();
        browser.element("body").sendKeys(Keys.TAB);
        for (int i = 0;
                i < 20 && (reached.isEmpty() || !browser.focused().getTagName().equals("body"));
                i++) {
            reached.add(
                    String.valueOf(
                            browser.script(
                                    "return document.activeElement.ariaLabel ?? document.activeElement.textContent.trim().slice(0, 20)")));
            assertThat(browser.script("return getComputedStyle(document.activeElement).outlineStyle"))
                    .isNotEqualTo("none");
            browser.press(Keys.TAB);
        }
        assertThat(reached)
                .startsWith("Skip to the figures", "Pause")
                .contains("Replay all 3", "Replay 4711 of products", "Discard 99 of orders", "Status", "Metrics");
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void everything_isAccessible(String colours) throws IOException {
        browser.prefers(colours);
        openWithLetters();
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
                "snapshot",
                new PipelineStatus.Snapshot(1_250_000, 2_600_000, 18_400, 73),
                Map.of(
                        Health.Part.SINK,
                        new Health.Condition("Typesense at http://10.0.0.5:8108 does not answer", "start it")));
    }

    @Test
    void narrow_needsNoScrollingToTheSide() throws IOException {
        browser.sized(360);
        openWithLetters();
        service.answer("/api/status", everything());
        browser.awaitText("#problems", "does not answer");
        assertThat((Long) browser.script("return document.documentElement.scrollWidth"))
                .isLessThanOrEqualTo(360);
        assertThat(browser.accessibilityFindings()).isEmpty();
    }

    /** With {@code -Dtidemark.page.images=../docs/images} they are kept: the pictures of docs/operations.md. */
    @ParameterizedTest
    @ValueSource(strings = {"light", "dark", "narrow"})
    void images_areSmall(String name) throws IOException {
        String kept = System.getProperty("tidemark.page.images");
        Path folder = kept == null
                ? Files.createTempDirectory("tidemark-page")
                : Path.of(kept).toAbsolutePath();
        browser.prefers(name.equals("dark") ? "dark" : "light").sized(name.equals("narrow") ? 360 : 1000);
        openWithLetters();
        service.answer("/api/status", Canned.readingTwo());
        browser.awaitText("#snapshot", "public.products", "waiting");
        browser.sized(name.equals("narrow") ? 360 : 1000);
        Path file = folder.resolve("status-page-" + name + ".png");
        Picture.write(browser.screenshot(), file);
        assertThat(Files.size(file)).isBetween(10_000L, LARGEST_IMAGE);
    }
}
