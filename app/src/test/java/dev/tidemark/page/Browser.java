package dev.tidemark.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * A headless Chromium. Browser and driver are the machine's own, named by their paths, so that Selenium looks for none and
 * loads none down: {@code TIDEMARK_CHROMIUM} and {@code TIDEMARK_CHROMEDRIVER}, or where Debian's packages put them.
 */
final class Browser implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final ChromeDriver driver;
    private final List<String> requests = new ArrayList<>();

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    static Browser start() {
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        logs.enable(LogType.PERFORMANCE, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(executable("TIDEMARK_CHROMIUM", "/usr/bin/chromium"));
        options.setCapability("goog:loggingPrefs", logs);
        options.addArguments(
                "--headless=new",
                "--no-sandbox", // of no use around pages of our own, and forbidden to root and in containers
                "--disable-dev-shm-usage",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--no-first-run",
                "--window-size=1280,1000");
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(executable("TIDEMARK_CHROMEDRIVER", "/usr/bin/chromedriver"))
                .usingAnyFreePort()
                .build();
        return new Browser(new ChromeDriver(service, options));
    }

    private static File executable(String variable, String path) {
        File file = new File(Objects.requireNonNullElse(System.getenv(variable), path));
        if (!file.canExecute()) {
            throw new AssertionError("there is no " + file + ": the tests of the status page need Chromium. Install it"
                    + " (apt-get install chromium chromium-driver), or name browser and driver in TIDEMARK_CHROMIUM and"
                    + " TIDEMARK_CHROMEDRIVER");
        }
        return file;
    }

    /** What was open before asks for nothing more, and what it asked for and said is forgotten. */
    Browser open(String url) {
        driver.get("about:blank");
        driver.manage().logs().get(LogType.PERFORMANCE);
        consoleMessages();
        requests.clear();
        driver.get(url);
        return this;
    }

    /** The visible text of the first element. */
    String text(String css) {
        return element(css).getText();
    }

    WebElement element(String css) {
        return driver.findElement(By.cssSelector(css));
    }

    List<WebElement> elements(String css) {
        return driver.findElements(By.cssSelector(css));
    }

    /** Waits for an element with that visible text in it. */
    void awaitText(String css, String... parts) {
        await().atMost(TIMEOUT)
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptionsInstanceOf(org.openqa.selenium.WebDriverException.class)
                .untilAsserted(() -> assertThat(text(css))
                        .as(() -> css + " of: " + text("body") + " with " + consoleMessages())
                        .contains(parts));
    }

    /** Waits for an element in whose visible text that is found. */
    void awaitMatch(String css, String pattern) {
        await().atMost(TIMEOUT)
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptionsInstanceOf(org.openqa.selenium.WebDriverException.class)
                .untilAsserted(() -> assertThat(text(css)).containsPattern(pattern));
    }

    void awaitGone(String css) {
        await().atMost(TIMEOUT)
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptionsInstanceOf(org.openqa.selenium.WebDriverException.class)
                .untilAsserted(() -> assertThat(elements(css).stream().anyMatch(WebElement::isDisplayed))
                        .as(css + " is shown")
                        .isFalse());
    }

    /** The element that has the focus. */
    WebElement focused() {
        return driver.switchTo().activeElement();
    }

    Object script(String script) {
        return Objects.requireNonNullElse(driver.executeScript(script), "null");
    }

    /** What a script finds wrong for people who cannot see, or use a keyboard. */
    List<String> accessibilityFindings() throws IOException {
        try (InputStream in = Browser.class.getResourceAsStream("/page-test/accessibility.js")) {
            String script = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            return ((List<?>) script(script)).stream().map(String::valueOf).toList();
        }
    }

    /** {@code light} or {@code dark}, as the system prefers it. */
    Browser prefers(String colours) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", colours))));
        return this;
    }

    /** Makes the page that wide, in CSS pixels, and as high as what it shows. */
    Browser sized(int width) {
        for (int height : new int[] {800, 0}) {
            long high = height > 0 ? height : (Long) script("return document.documentElement.scrollHeight");
            driver.executeCdpCommand(
                    "Emulation.setDeviceMetricsOverride",
                    Map.of("width", width, "height", high, "deviceScaleFactor", 1, "mobile", width < 600));
        }
        return this;
    }

    /** What is shown, as a PNG. */
    byte[] screenshot() {
        Map<String, Object> shot = driver.executeCdpCommand("Page.captureScreenshot", Map.of("format", "png"));
        return Base64.getDecoder().decode(String.valueOf(shot.get("data")));
    }

    /** What the console was told since the last call: errors, violations of the policy, failed requests. */
    List<String> consoleMessages() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(LogEntry::getMessage)
                .toList();
    }

    /** Every address that was asked for since {@link #open}. */
    List<String> requests() throws IOException {
        for (LogEntry entry : driver.manage().logs().get(LogType.PERFORMANCE)) {
            JsonNode message = JSON.readTree(entry.getMessage()).path("message");
            if (message.path("method").asText().equals("Network.requestWillBeSent")) {
                requests.add(message.at("/params/request/url").asText());
            }
        }
        return List.copyOf(requests);
    }

    /** Presses keys where the focus is. */
    void press(CharSequence... keys) {
        Arrays.stream(keys).forEach(key -> focused().sendKeys(key));
    }

    @Override
    public void close() {
        driver.quit();
    }
}
