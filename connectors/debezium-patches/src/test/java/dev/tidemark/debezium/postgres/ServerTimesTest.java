package dev.tidemark.debezium.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.debezium.ReplacedClass;
import io.debezium.connector.postgresql.PostgresValueConverter;
import io.debezium.connector.postgresql.connection.DateTimeFormat;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds our replacement for Debezium's parser of dates and times in step with it (docs/decisions/0010-event-meter.md). */
class ServerTimesTest {

    /** Of the class file in debezium-connector-postgres 3.6.1.Final. */
    private static final String ORIGINAL = "ab5ae27347b5740d564defc9be0dce782da23d690a9063deee194ed8e3898194";

    /** Debezium's own parser, which still is in its jar. */
    private final DateTimeFormat debezium = original();

    private final DateTimeFormat ours = DateTimeFormat.get();

    private static DateTimeFormat original() {
        try {
            return Class.forName(DateTimeFormat.class.getName() + "$ISODateTimeFormat")
                    .asSubclass(DateTimeFormat.class)
                    .getConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("Debezium's parser is not what it was", e);
        }
    }

    @Test
    void standIn_comesFirstInTheClassPath() {
        assertThat(ours).isInstanceOf(ServerTimes.class);
    }

    @Test
    void original_isTheOneThatWasReplaced() throws Exception {
        ReplacedClass.assertOriginal(DateTimeFormat.class, ORIGINAL);
    }

    @Test
    void original_implementsEveryMethodOfTheStandIn() {
        for (Method method : DateTimeFormat.class.getDeclaredMethods()) {
            if (!Modifier.isStatic(method.getModifiers())) {
                assertThat(debezium.getClass().getDeclaredMethods())
                        .anyMatch(other -> other.getName().equals(method.getName())
                                && other.getReturnType() == method.getReturnType());
            }
        }
    }

    private static Stream<String> moments() {
        Stream<String> odd = Stream.of(
                "1970-01-01 00:00:00",
                "1969-12-31 23:59:59.999999",
                "2000-02-29 12:34:56.1",
                "2024-12-31 23:59:59.000001",
                "0001-01-01 00:00:00",
                "0044-03-15 12:00:00.5 BC",
                "4714-11-24 00:00:00 BC",
                "1582-10-10 01:02:03",
                "10000-01-01 00:00:00",
                "294246-12-31 23:59:59.999999");
        Random random = new Random(20_261_122);
        return Stream.concat(odd, IntStream.range(0, 500).mapToObj(i -> random(random)));
    }

    private static String random(Random random) {
        String fraction = random.nextBoolean() ? "" : "." + (random.nextInt(999_999) + 1);
        return String.format(
                Locale.ROOT,
                "%04d-%02d-%02d %02d:%02d:%02d%s",
                1 + random.nextInt(20_000),
                1 + random.nextInt(12),
                1 + random.nextInt(28),
                random.nextInt(24),
                random.nextInt(60),
                random.nextInt(60),
                fraction);
    }

    @ParameterizedTest
    @MethodSource("moments")
    void moment_isWhatDebeziumMakesOfIt(String text) {
        assertThat(ours.timestampToInstant(text)).isEqualTo(debezium.timestampToInstant(text));
        for (String offset : new String[] {"+00", "-08", "+05:30", "-00:44:30", "+15:59:59"}) {
            String zoned = text.endsWith(" BC") ? text.replace(" BC", offset + " BC") : text + offset;
            assertThat(ours.timestampWithTimeZoneToOffsetDateTime(zoned))
                    .as(zoned)
                    .isEqualTo(debezium.timestampWithTimeZoneToOffsetDateTime(zoned)
                            .withOffsetSameInstant(ZoneOffset.UTC));
        }
        String date = text.endsWith(" BC") ? text.replaceFirst(" .* BC", " BC") : text.replaceFirst(" .*", "");
        assertThat(ours.date(date)).isEqualTo(debezium.date(date));
    }

    @ParameterizedTest
    @ValueSource(strings = {"00:00:00", "23:59:59.999999", "12:34:56.5"})
    void timeOfDay_isWhatDebeziumMakesOfIt(String text) {
        assertThat(ours.time(text)).isEqualTo(debezium.time(text));
        assertThat(ours.timeWithTimeZone(text + "+02")).isEqualTo(debezium.timeWithTimeZone(text + "+02"));
        assertThat(ours.timeWithTimeZone(text + "-05:30")).isEqualTo(debezium.timeWithTimeZone(text + "-05:30"));
    }

    @Test
    void timeOfDay_mayHaveAnOffsetWithSeconds_andIsNeverAnotherOne() {
        assertThat(ours.timeWithTimeZone("12:00:00-00:44:30")).isEqualTo(OffsetTime.parse("12:44:30Z"));
        assertThatThrownBy(() -> ours.timeWithTimeZone("24:00:00+02")).isInstanceOf(RuntimeException.class);
    }

    @Test
    void infinity_isDebeziumsOwn() {
        assertThat(ours.date("infinity")).isEqualTo(PostgresValueConverter.POSITIVE_INFINITY_LOCAL_DATE);
        assertThat(ours.date("-infinity")).isEqualTo(PostgresValueConverter.NEGATIVE_INFINITY_LOCAL_DATE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"294276-12-31 23:59:59.999999", "294276-12-31 23:59:59.999999+00"})
    void whatIsBeyondALong_isStillWhatASnapshotReads(String text) {
        Long read = TemporalText.micros(text);
        assertThat(TemporalText.micros(ours.timestampToInstant(text))).isEqualTo(read);
        assertThat(TemporalText.micros(ours.timestampWithTimeZoneToOffsetDateTime(text)))
                .isEqualTo(read);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yesterday", "2024-13-01 00:00:00", "2024-01-01 00:0x:00"})
    void whatIsNoMoment_isRefusedAsDebeziumRefusesIt(String text) {
        for (DateTimeFormat format : new DateTimeFormat[] {debezium, ours}) {
            assertThatThrownBy(() -> format.timestampToInstant(text)).isInstanceOf(ConnectException.class);
            assertThatThrownBy(() -> format.timestampWithTimeZoneToOffsetDateTime(text))
                    .isInstanceOf(ConnectException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "noon", "25:00:00"})
    void whatIsNeitherDateNorTime_isRefusedAsDebeziumRefusesIt(String text) {
        for (DateTimeFormat format : new DateTimeFormat[] {debezium, ours}) {
            assertThatThrownBy(() -> format.date(text)).isInstanceOf(ConnectException.class);
            assertThatThrownBy(() -> format.time(text)).isInstanceOf(ConnectException.class);
            assertThatThrownBy(() -> format.timeWithTimeZone(text)).isInstanceOf(ConnectException.class);
        }
    }
}
