package dev.tidemark.connector.postgres;

import dev.tidemark.connector.ColumnType;
import dev.tidemark.connector.ColumnType.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The types of docs/types.md, each with values as SQL spells them and as a row holds them. */
final class TypeCases {

    /** @param expected the neutral type */
    record TypeCase(String sqlType, ColumnType expected, List<Value> values) {}

    record Value(String sql, @Nullable Object expected) {}

    static final String[] SETUP = {
        "CREATE EXTENSION hstore",
        "CREATE EXTENSION citext",
        "CREATE EXTENSION ltree",
        "CREATE TYPE mood AS ENUM ('sad', 'so so', 'happy')",
        "CREATE DOMAIN posint AS int CHECK (VALUE > 0)",
        "CREATE DOMAIN smallposint AS posint",
        "CREATE DOMAIN label AS varchar(20)",
        "CREATE DOMAIN price AS numeric(10,2)",
        "CREATE TYPE pair AS (a int, b text)"
    };

    static final List<TypeCase> ALL = List.of(
            type("smallint", Kind.INT32, "-32768", -32768, "32767", 32767, "NULL", null),
            type("int", Kind.INT32, "-2147483648", Integer.MIN_VALUE, "0", 0, "NULL", null),
            type("bigint", Kind.INT64, "-9223372036854775808", Long.MIN_VALUE, "9223372036854775807", Long.MAX_VALUE),
            type("oid", Kind.INT64, "4294967295", 4294967295L, "NULL", null),
            decimal("numeric(10,2)", 10, "12.5", "12.50", "-99999999.99", "-99999999.99", "'NaN'", "NaN", "NULL", null),
            decimal(
                    "numeric(38,0)",
                    38,
                    "12345678901234567890123456789012345678",
                    "12345678901234567890123456789012345678"),
            decimal(
                    "numeric",
                    0,
                    "1.50",
                    "1.50",
                    "1e30",
                    "1000000000000000000000000000000",
                    "1e-20",
                    "0.00000000000000000001",
                    "'NaN'",
                    "NaN",
                    "'Infinity'",
                    "Infinity",
                    "'-Infinity'",
                    "-Infinity",
                    "NULL",
                    null),
            type(
                    "real",
                    Kind.FLOAT32,
                    "1.5",
                    1.5f,
                    "0.1",
                    0.1f,
                    "'NaN'",
                    Float.NaN,
                    "'-Infinity'",
                    Float.NEGATIVE_INFINITY),
            type(
                    "double precision",
                    Kind.FLOAT64,
                    "0.1",
                    0.1,
                    "1e308",
                    1e308,
                    "'NaN'",
                    Double.NaN,
                    "'Infinity'",
                    Double.POSITIVE_INFINITY),
            decimal("money", 0, "'1234.5'", "1234.50", "'-0.01'", "-0.01", "NULL", null),
            type("bool", Kind.BOOL, "true", true, "false", false, "NULL", null),
            type(
                    "text",
                    Kind.TEXT,
                    "'Grüße 日本 🎉'",
                    "Grüße 日本 🎉",
                    "''",
                    "",
                    "'<unchanged>'",
                    "<unchanged>",
                    "'__debezium_unavailable_value'",
                    "__debezium_unavailable_value",
                    "NULL",
                    null),
            type("varchar(10)", Kind.TEXT, "'abc '", "abc ", "NULL", null),
            type("char(5)", Kind.TEXT, "'ab'", "ab", "''", "", "NULL", null),
            type("\"char\"", Kind.TEXT, "'x'", "x", "NULL", null),
            type("citext", Kind.TEXT, "'MiXed'", "MiXed", "NULL", null),
            type("name", Kind.TEXT, "'a name'", "a name", "NULL", null),
            type(
                    "uuid",
                    Kind.TEXT,
                    "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'",
                    "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
                    "NULL",
                    null),
            type("json", Kind.JSON, "'{\"a\": [1, null]}'", "{\"a\": [1, null]}", "'null'", "null", "NULL", null),
            type(
                    "jsonb",
                    Kind.JSON,
                    "'{\"b\":1,\"a\":\"ü\"}'",
                    "{\"a\": \"ü\", \"b\": 1}",
                    "'\"x\"'",
                    "\"x\"",
                    "NULL",
                    null),
            type("xml", Kind.TEXT, "'<a b=\"c\">d</a>'", "<a b=\"c\">d</a>", "NULL", null),
            type(
                    "date",
                    Kind.DATE,
                    "'1970-01-01'",
                    0,
                    "'2024-02-29'",
                    day(2024, 2, 29),
                    "'infinity'",
                    Integer.MAX_VALUE,
                    "'-infinity'",
                    Integer.MIN_VALUE,
                    "'0044-03-15 BC'",
                    day(-43, 3, 15),
                    "'1500-02-28'",
                    day(1500, 2, 28),
                    "'12345-01-31'",
                    day(12345, 1, 31),
                    "NULL",
                    null),
            type(
                    "time",
                    Kind.TEXT,
                    "'10:20:30'",
                    "10:20:30",
                    "'10:20:30.5'",
                    "10:20:30.5",
                    "'00:00:00.000001'",
                    "00:00:00.000001",
                    "'24:00:00'",
                    "24:00:00",
                    "NULL",
                    null),
            type(
                    "timetz",
                    Kind.TEXT,
                    "'10:20:30.25+02'",
                    "08:20:30.25+00",
                    "'00:00:00-05:30'",
                    "05:30:00+00",
                    "NULL",
                    null),
            type(
                    "timestamp",
                    Kind.TIMESTAMP,
                    "'2024-02-29 10:20:30.123456'",
                    micros("2024-02-29T10:20:30.123456Z"),
                    "'infinity'",
                    Long.MAX_VALUE,
                    "'-infinity'",
                    Long.MIN_VALUE,
                    "'0044-03-15 12:00:00 BC'",
                    micros("-0043-03-15T12:00:00Z"),
                    "'1500-02-28 00:00'",
                    micros("1500-02-28T00:00:00Z"),
                    "'12345-01-01 00:00'",
                    micros("+12345-01-01T00:00:00Z"),
                    "NULL",
                    null),
            type("timestamp(3)", Kind.TIMESTAMP, "'2024-02-29 10:20:30.1239'", micros("2024-02-29T10:20:30.124Z")),
            type(
                    "timestamptz",
                    Kind.TIMESTAMP,
                    "'2024-02-29 10:20:30.5+05:30'",
                    micros("2024-02-29T04:50:30.5Z"),
                    "'infinity'",
                    Long.MAX_VALUE,
                    "'-infinity'",
                    Long.MIN_VALUE,
                    "'0044-03-15 12:00:00+00 BC'",
                    micros("-0043-03-15T12:00:00Z"),
                    "'1969-12-31 23:59:59.999999+00'",
                    -1L,
                    "'1800-01-01 00:00+00'",
                    micros("1800-01-01T00:00:00Z"),
                    "NULL",
                    null),
            type(
                    "interval",
                    Kind.TEXT,
                    "'1 year 2 mons 3 days 04:05:06.7'",
                    "P1Y2M3DT4H5M6.7S",
                    "'0'",
                    "PT0S",
                    "'-1 day -00:00:00.5'",
                    "P-1DT-0.5S",
                    "'36 hours'",
                    "PT36H",
                    "NULL",
                    null),
            type(
                    "bytea",
                    Kind.BYTES,
                    "'\\x00ff10'",
                    new byte[] {0, -1, 16},
                    "''",
                    new byte[0],
                    "'abc'",
                    "abc".getBytes(StandardCharsets.UTF_8),
                    "NULL",
                    null),
            type("inet", Kind.TEXT, "'192.168.0.1/24'", "192.168.0.1/24", "'::1'", "::1", "NULL", null),
            type("cidr", Kind.TEXT, "'10.0.0.0/8'", "10.0.0.0/8", "NULL", null),
            type("macaddr", Kind.TEXT, "'08:00:2B:01:02:03'", "08:00:2b:01:02:03", "NULL", null),
            type("macaddr8", Kind.TEXT, "'08:00:2b:01:02:03:04:05'", "08:00:2b:01:02:03:04:05", "NULL", null),
            type("bit(1)", Kind.TEXT, "B'1'", "1", "B'0'", "0", "NULL", null),
            type("bit(4)", Kind.TEXT, "B'0101'", "0101", "NULL", null),
            type("varbit", Kind.TEXT, "B'0101'", "0101", "B''", "", "NULL", null),
            type("varbit(1)", Kind.TEXT, "B'1'", "1", "NULL", null),
            type("mood", Kind.TEXT, "'so so'", "so so", "NULL", null),
            type("smallposint", Kind.INT32, "7", 7, "NULL", null),
            type("label", Kind.TEXT, "'x'", "x", "NULL", null),
            decimal("price", 10, "9.9", "9.90", "NULL", null),
            array(
                    "int[]",
                    Kind.INT32,
                    "'{1,NULL,-3}'",
                    list(1, null, -3),
                    "'{}'",
                    List.of(),
                    "'{{1,2},{3,4}}'",
                    list(list(1, 2), list(3, 4)),
                    "'[0:1]={5,6}'",
                    list(5, 6),
                    "NULL",
                    null),
            array("smallint[]", Kind.INT32, "'{1}'", list(1), "NULL", null),
            array("bigint[]", Kind.INT64, "'{9223372036854775807}'", list(Long.MAX_VALUE), "NULL", null),
            array(
                    "text[]",
                    Kind.TEXT,
                    "ARRAY['a,b', '\"q\"', 'back\\slash', NULL, 'NULL', '', 'a;b', '{x}', ' s ', 'ü🎉']",
                    list("a,b", "\"q\"", "back\\slash", null, "NULL", "", "a;b", "{x}", " s ", "ü🎉"),
                    "'{}'",
                    List.of(),
                    "NULL",
                    null),
            array("varchar(9)[]", Kind.TEXT, "'{a,b}'", list("a", "b")),
            array("char(3)[]", Kind.TEXT, "'{a,b}'", list("a", "b")),
            array("citext[]", Kind.TEXT, "'{aB}'", list("aB")),
            array("numeric[]", Kind.DECIMAL, "'{1.50,NaN,NULL}'", list("1.50", "NaN", null)),
            array("numeric(10,2)[]", Kind.DECIMAL, "'{1.5}'", list("1.50")),
            array("real[]", Kind.FLOAT32, "'{0.1,NaN}'", list(0.1f, Float.NaN)),
            array("float8[]", Kind.FLOAT64, "'{0.1,-Infinity}'", list(0.1, Double.NEGATIVE_INFINITY)),
            array(
                    "uuid[]",
                    Kind.TEXT,
                    "'{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}'",
                    list("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")),
            array("bool[]", Kind.BOOL, "'{t,f,NULL}'", list(true, false, null)),
            array("date[]", Kind.DATE, "'{1970-01-02,infinity,NULL}'", list(1, Integer.MAX_VALUE, null)),
            array("timestamp[]", Kind.TIMESTAMP, "'{2024-02-29 10:20:30.5}'", list(micros("2024-02-29T10:20:30.5Z"))),
            array(
                    "timestamptz[]",
                    Kind.TIMESTAMP,
                    "'{2024-02-29 10:20:30.5+02,-infinity}'",
                    list(micros("2024-02-29T08:20:30.5Z"), Long.MIN_VALUE)),
            array("timetz[]", Kind.TEXT, "'{10:20:30+02}'", list("08:20:30+00")),
            array("time[]", Kind.TEXT, "'{10:20:30.5}'", list("10:20:30.5")),
            array("interval[]", Kind.TEXT, "'{1 day,NULL}'", list("P1D", null)),
            array("jsonb[]", Kind.JSON, "ARRAY['{\"a\": \"b\\\"c\"}'::jsonb]", list("{\"a\": \"b\\\"c\"}")),
            array("bytea[]", Kind.BYTES, "ARRAY['\\x00ff'::bytea]", list((Object) new byte[] {0, -1})),
            array("inet[]", Kind.TEXT, "'{10.0.0.1}'", list("10.0.0.1")),
            array("mood[]", Kind.TEXT, "'{sad,\"so so\"}'", list("sad", "so so")),
            array("posint[]", Kind.TEXT, "'{1,2}'", list("1", "2")),
            array("point[]", Kind.POINT, "'{\"(1,2)\"}'", list((Object) new double[] {1, 2})),
            array("xml[]", Kind.TEXT, "'{<a/>}'", list("<a/>")),
            array("name[]", Kind.TEXT, "'{n}'", list("n")),
            type(
                    "hstore",
                    Kind.JSON,
                    "'b=>NULL, a=>\"x\\\"y\"'",
                    "{\"a\":\"x\\\"y\",\"b\":null}",
                    "''",
                    "{}",
                    "NULL",
                    null),
            type("ltree", Kind.TEXT, "'Top.Science'", "Top.Science", "NULL", null),
            type("int4range", Kind.TEXT, "'[1,5)'", "[1,5)", "'empty'", "empty", "NULL", null),
            type("numrange", Kind.TEXT, "'(1.5,)'", "(1.5,)", "NULL", null),
            type("daterange", Kind.TEXT, "'[2024-01-01,2024-02-01)'", "[2024-01-01,2024-02-01)", "NULL", null),
            type(
                    "tsrange",
                    Kind.TEXT,
                    "'[2024-01-01,2024-02-01)'",
                    "[\"2024-01-01 00:00:00\",\"2024-02-01 00:00:00\")",
                    "NULL",
                    null),
            array("int4range[]", Kind.TEXT, "'{\"[1,5)\"}'", list("[1,5)")),
            type("int4multirange", Kind.TEXT, "'{[1,5),[7,9)}'", "{[1,5),[7,9)}", "NULL", null),
            type("point", Kind.POINT, "'(1.5,-2)'", new double[] {1.5, -2}, "NULL", null),
            type("box", Kind.TEXT, "'(1,1),(0,0)'", "(1.0,1.0),(0.0,0.0)", "NULL", null),
            type("circle", Kind.TEXT, "'<(0,0),1.5>'", "<(0.0,0.0),1.5>", "NULL", null),
            type("line", Kind.TEXT, "'{1,2,3}'", "{1.0,2.0,3.0}", "NULL", null),
            type("lseg", Kind.TEXT, "'[(0,0),(1,1)]'", "[(0.0,0.0),(1.0,1.0)]", "NULL", null),
            type("path", Kind.TEXT, "'[(0,0),(1,1)]'", "[(0.0,0.0),(1.0,1.0)]", "NULL", null),
            type("polygon", Kind.TEXT, "'((0,0),(1,1),(1,0))'", "((0.0,0.0),(1.0,1.0),(1.0,0.0))", "NULL", null),
            type("box[]", Kind.TEXT, "'{(1,1),(0,0);(2,2),(1,1)}'", "{(1,1),(0,0);(2,2),(1,1)}", "NULL", null),
            type("tsvector", Kind.TEXT, "'a:1 b:2'", "'a':1 'b':2", "NULL", null),
            type("tsquery", Kind.TEXT, "'a & b'", "'a' & 'b'", "NULL", null),
            type("pg_lsn", Kind.TEXT, "'0/1A2B3C8'", "0/1A2B3C8", "NULL", null),
            type("pair", Kind.TEXT, "ROW(1, 'x y')", "(1,\"x y\")", "NULL", null),
            type("regclass", Kind.TEXT, "'pg_class'", "pg_class", "NULL", null),
            type("jsonpath", Kind.TEXT, "'$.a'", "$.\"a\"", "NULL", null),
            type("int2vector", Kind.TEXT, "'1 2'", "1 2", "NULL", null));

    private TypeCases() {}

    private static TypeCase type(String sqlType, Kind kind, @Nullable Object... values) {
        return new TypeCase(sqlType, ColumnType.of(kind), values(values));
    }

    private static TypeCase decimal(String sqlType, int precision, @Nullable Object... values) {
        return new TypeCase(sqlType, ColumnType.decimal(precision), values(values));
    }

    private static TypeCase array(String sqlType, Kind element, @Nullable Object... values) {
        return new TypeCase(sqlType, ColumnType.arrayOf(ColumnType.of(element)), values(values));
    }

    private static List<Value> values(@Nullable Object... pairs) {
        List<Value> values = new ArrayList<>();
        for (int i = 0; i < pairs.length; i += 2) {
            values.add(new Value((String) java.util.Objects.requireNonNull(pairs[i]), pairs[i + 1]));
        }
        return values;
    }

    private static List<@Nullable Object> list(@Nullable Object... values) {
        return Arrays.asList(values);
    }

    private static int day(int year, int month, int day) {
        return (int) LocalDate.of(year, month, day).toEpochDay();
    }

    private static long micros(String instant) {
        Instant at = Instant.parse(instant);
        return at.getEpochSecond() * 1_000_000 + at.getNano() / 1000;
    }
}
