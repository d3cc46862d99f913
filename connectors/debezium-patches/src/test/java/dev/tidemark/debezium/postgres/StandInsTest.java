package dev.tidemark.debezium.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.debezium.ReplacedClass;
import io.debezium.connector.postgresql.TypeRegistry;
import io.debezium.connector.postgresql.connection.ReplicationMessageColumnValueResolver;
import java.lang.reflect.Modifier;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the replacements for Debezium's classes of types in step with it (docs/decisions/0039-types-by-oid.md). */
class StandInsTest {

    /** Each with the hash of the class file in debezium-connector-postgres 3.6.1.Final. */
    static Stream<Arguments> standIns() {
        return Stream.of(
                Arguments.of(TypeRegistry.class, "4d83ed3d3fd4ea3e7749b7d20f56f4b622227fd054953c96ce4ded50625034fa"),
                Arguments.of(
                        ReplicationMessageColumnValueResolver.class,
                        "1870c2aef7306ff549e2e4f797618ba0df80dd5dfb1dff50612132bb68b54b3c"));
    }

    @ParameterizedTest
    @MethodSource("standIns")
    void standIn_comesFirst_andTheOriginalIsTheOneThatWasReplaced(Class<?> standIn, String original) throws Exception {
        ReplacedClass.assertOursComesFirst(standIn);
        ReplacedClass.assertOriginal(standIn, original);
    }

    @ParameterizedTest
    @MethodSource("standIns")
    void standIn_hasEveryMemberThatAnotherClassCouldUse(Class<?> standIn, String original) throws Exception {
        Class<?> replaced = new ClassLoader(standIn.getClassLoader()) {
            Class<?> define(byte[] bytes) {
                return defineClass(standIn.getName(), bytes, 0, bytes.length);
            }
        }.define(ReplacedClass.original(standIn));
        assertThat(members(standIn)).containsAll(members(replaced));
    }

    private static Set<String> members(Class<?> type) {
        Set<String> members = new TreeSet<>();
        Stream.of(type.getDeclaredMethods())
                .filter(member -> !Modifier.isPrivate(member.getModifiers()) && !member.isSynthetic())
                .forEach(member -> members.add(member.getName()
                        + Stream.of(member.getParameterTypes())
                                .map(Class::getName)
                                .toList()
                        + member.getReturnType().getName()));
        Stream.of(type.getDeclaredFields())
                .filter(member -> !Modifier.isPrivate(member.getModifiers()))
                .forEach(member ->
                        members.add(member.getName() + member.getType().getName()));
        return members;
    }
}
