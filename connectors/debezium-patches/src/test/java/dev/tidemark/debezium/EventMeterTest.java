package dev.tidemark.debezium;

import static org.assertj.core.api.Assertions.assertThat;

import io.debezium.data.Envelope.Operation;
import io.debezium.pipeline.meters.CommonEventMeter;
import io.debezium.pipeline.meters.StreamingMeter;
import io.debezium.pipeline.source.spi.EventMetadataProvider;
import io.debezium.pipeline.spi.OffsetContext;
import io.debezium.spi.schema.DataCollectionId;
import io.debezium.util.Clock;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Modifier;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds our replacements for Debezium's meters in step with the originals (docs/decisions/0010-event-meter.md). */
class EventMeterTest {

    /** Class files of debezium-connector-common 3.6.1.Final. */
    private static final String COMMON = "402818209b55f5533771628d3e4093d56298cedf491d44343f3590007b62043c";

    private static final String STREAMING = "fd4c46da92dc53100e6e420369d2e8109d533a77fbe3a83080210bb00afe3433";

    private static Stream<Arguments> standIns() {
        return Stream.of(Arguments.of(CommonEventMeter.class, COMMON), Arguments.of(StreamingMeter.class, STREAMING));
    }

    @ParameterizedTest
    @MethodSource("standIns")
    void standIn_comesFirstInTheClassPath(Class<?> standIn) {
        ReplacedClass.assertOursComesFirst(standIn);
    }

    @ParameterizedTest
    @MethodSource("standIns")
    void original_isTheOneThatWasReplaced(Class<?> standIn, String pinned) throws Exception {
        ReplacedClass.assertOriginal(standIn, pinned);
    }

    @ParameterizedTest
    @MethodSource("standIns")
    void standIn_hasEveryMemberOfTheOriginal(Class<?> standIn) throws Exception {
        Class<?> original = new OriginalLoader(ReplacedClass.original(standIn)).loadOriginal(standIn);
        assertThat(members(standIn)).isEqualTo(members(original));
        assertThat(standIn.getInterfaces()).isEqualTo(original.getInterfaces());
        assertThat(standIn.getSuperclass()).isEqualTo(original.getSuperclass());
    }

    @Test
    void streaming_tellsHowFarItIsBehind() {
        Instant committed = Instant.ofEpochMilli(System.currentTimeMillis() - 5_000);
        StreamingMeter meter = new StreamingMeter(null, null, new CommittedAt(committed));
        assertThat(meter.getMilliSecondsBehindSource()).isEqualTo(-1);
        meter.onEvent(null, null, null, null);
        assertThat(meter.getMilliSecondsBehindSource())
                .isBetween(5_000L, System.currentTimeMillis() - committed.toEpochMilli());
        meter.reset();
        assertThat(meter.getMilliSecondsBehindSource()).isEqualTo(-1);
    }

    @Test
    void streaming_goesOn_whereAnEventHasNoTime() {
        StreamingMeter meter = new StreamingMeter(null, null, new CommittedAt(null));
        meter.onEvent(null, null, null, null);
        assertThat(meter.getMilliSecondsBehindSource()).isEqualTo(-1);
        assertThat(meter.getCapturedTables()).isEmpty();
    }

    @Test
    void streaming_countsSkippedUpdates_onceAskedTo() {
        StreamingMeter meter = new StreamingMeter(null, null, new CommittedAt(null));
        meter.reset();
        assertThat(meter.getNumberOfUnchangedEventsSkipped()).isEqualTo(-1);
        meter.enableUnchangedEventsMetric();
        meter.onUnchangedEventSkipped();
        assertThat(meter.getNumberOfUnchangedEventsSkipped()).isEqualTo(1);
        meter.reset();
        assertThat(meter.getNumberOfUnchangedEventsSkipped()).isZero();
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

        Class<?> loadOriginal(Class<?> standIn) {
            return defineClass(standIn.getName(), original, 0, original.length);
        }
    }

    /** Events of one moment. */
    private record CommittedAt(@Nullable Instant committed) implements EventMetadataProvider {

        @Override
        public @Nullable Instant getEventTimestamp(
                DataCollectionId source, OffsetContext offset, Object key, Struct value) {
            return committed;
        }

        @Override
        public Map<String, String> getEventSourcePosition(
                DataCollectionId source, OffsetContext offset, Object key, Struct value) {
            throw new AssertionError("nobody reads it");
        }

        @Override
        public String getTransactionId(DataCollectionId source, OffsetContext offset, Object key, Struct value) {
            throw new AssertionError("nobody reads it");
        }
    }
}
