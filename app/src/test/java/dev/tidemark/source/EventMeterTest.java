package dev.tidemark.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.debezium.data.Envelope.Operation;
import io.debezium.pipeline.meters.CommonEventMeter;
import io.debezium.util.Clock;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds our stand-in for Debezium's event meter in step with the original (docs/decisions/0010-event-meter.md). */
class EventMeterTest {

    private static final String RESOURCE = "io/debezium/pipeline/meters/CommonEventMeter.class";

    /** Of the class file in debezium-connector-common 3.6.1.Final. */
    private static final String ORIGINAL = "402818209b55f5533771628d3e4093d56298cedf491d44343f3590007b62043c";

    @Test
    void standIn_comesFirstInTheClassPath() {
        assertThat(String.valueOf(CommonEventMeter.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()))
                .doesNotContain("debezium");
    }

    @Test
    void original_isTheOneThatWasReplaced() throws Exception {
        String hash =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(original()));
        assertThat(hash)
                .as("Debezium's CommonEventMeter changed: read it, adapt ours, then pin the new hash")
                .isEqualTo(ORIGINAL);
    }

    @Test
    void standIn_hasEveryMemberOfTheOriginal() throws Exception {
        Class<?> original = new OriginalLoader(original()).loadOriginal();
        assertThat(members(CommonEventMeter.class)).isEqualTo(members(original));
        assertThat(CommonEventMeter.class.getInterfaces()).isEqualTo(original.getInterfaces());
        assertThat(CommonEventMeter.class.getSuperclass()).isEqualTo(original.getSuperclass());
    }

    @Test
    void standIn_countsByOperation() {
        CommonEventMeter meter = new CommonEventMeter(Clock.system(), null);
        meter.onEvent(null, null, null, null, Operation.CREATE);
        meter.onEvent(null, null, null, null, Operation.UPDATE);
        meter.onEvent(null, null, null, null, Operation.DELETE);
        meter.onEvent(null, null, null, null, Operation.READ);
        meter.onFilteredEvent(Operation.UPDATE);
        meter.onErroneousEvent();
        assertThat(meter.getTotalNumberOfEventsSeen()).isEqualTo(6);
        assertThat(meter.getTotalNumberOfCreateEventsSeen()).isEqualTo(1);
        assertThat(meter.getTotalNumberOfUpdateEventsSeen()).isEqualTo(2);
        assertThat(meter.getTotalNumberOfDeleteEventsSeen()).isEqualTo(1);
        assertThat(meter.getNumberOfEventsFiltered()).isEqualTo(1);
        assertThat(meter.getNumberOfErroneousEvents()).isEqualTo(1);
        assertThat(meter.getMilliSecondsSinceLastEvent()).isNotNegative();
        meter.reset();
        assertThat(meter.getTotalNumberOfEventsSeen()).isZero();
        assertThat(meter.getMilliSecondsSinceLastEvent()).isEqualTo(-1);
    }

    private static byte[] original() throws IOException {
        List<URL> all = Collections.list(EventMeterTest.class.getClassLoader().getResources(RESOURCE));
        URL original = all.stream()
                .filter(url -> url.toString().contains("debezium-"))
                .findFirst()
                .orElseThrow();
        try (InputStream in = original.openStream()) {
            return in.readAllBytes();
        }
    }

    /** What other classes can see. */
    private static Set<String> members(Class<?> type) {
        Set<String> members = new TreeSet<>();
        Stream.of(type.getDeclaredFields(), type.getDeclaredMethods(), type.getDeclaredConstructors())
                .flatMap(Arrays::stream)
                .filter(member -> !Modifier.isPrivate(((Member) member).getModifiers()))
                .filter(member -> !((Member) member).isSynthetic())
                .forEach(member -> members.add(
                        member instanceof Executable executable
                                ? executable.toGenericString()
                                : ((Field) member).toGenericString()));
        return members;
    }

    private static final class OriginalLoader extends ClassLoader {
        private final byte[] original;

        OriginalLoader(byte[] original) {
            super(EventMeterTest.class.getClassLoader());
            this.original = original;
        }

        Class<?> loadOriginal() {
            return defineClass("io.debezium.pipeline.meters.CommonEventMeter", original, 0, original.length);
        }
    }
}
