package dev.tidemark.connector.postgres;

import dev.tidemark.connector.data.ColumnType;
import dev.tidemark.connector.data.ColumnType.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The types of docs/reference/types.md, each with values as SQL spells them and as a row holds them. */
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
                    "'1582-10-10'",
                    day(1582, 10, 10),
                    "'2018-11-04'", // a day without its midnight in this JVM's time zone
                    day(2018, 11, 4),
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
                    "'24:00:00+02'",
                    "24:00:00+02",
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
                    "'1 year -2 mons 3 days -04:05:06'",
                    "P10M3DT-4H-5M-6S",
                    "'infinity'",
                    "infinity",
                    "'-infinity'",
                    "-infinity",
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
                    "tstzrange",
                    Kind.TEXT,
                    "'[2024-01-01 00:00+00,2024-02-01 10:20:30.5+00)'",
                    "[\"2023-12-31 21:00:00-03\",\"2024-02-01 07:20:30.5-03\")"),
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
            type(
                    "box",
                    Kind.TEXT,
                    "'(1e-7,0.1),(-1e300,Infinity)'",
                    "(1.0E-7,Infinity),(-1.0E300,0.1)",
                    "'(1,1),(0,0)'",
                    "(1.0,1.0),(0.0,0.0)",
                    "NULL",
                    null),
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

    /** Types whose names, schemas or makings invite to a wrong guess; for {@link #ODD}. */
    static final String[] ODD_SETUP = {
        "CREATE SCHEMA other",
        "CREATE SCHEMA \"Odd Schema\"",
        "CREATE TYPE nothing AS ENUM ()",
        "CREATE TYPE _mood AS ENUM ('_', 'b')",
        "CREATE DOMAIN _text AS text",
        "CREATE DOMAIN _note AS varchar(10)",
        "CREATE DOMAIN tags AS text[]",
        "CREATE DOMAIN more_tags AS tags CHECK (cardinality(VALUE) < 9)",
        "CREATE DOMAIN numbers AS int[]",
        "CREATE DOMAIN moods AS mood[]",
        "CREATE DOMAIN moody AS mood",
        "CREATE DOMAIN _moodier AS moody",
        "CREATE DOMAIN pair_domain AS pair",
        "CREATE TYPE labels AS ENUM ('', ' ', '{a,b}', 'NULL', '\"q\"', E'back\\\\slash', 'it''s', 'a,b', 'ü🎉')",
        "CREATE TYPE floats AS RANGE (subtype = float8)",
        // In another schema, under the names of types that Debezium and drivers know by name.
        "CREATE TYPE other.money AS ENUM ('much', 'little')",
        "CREATE TYPE other.date AS (a int, b int)",
        "CREATE TYPE other.hstore AS ENUM ('x', 'y')",
        "CREATE TYPE other.interval AS (a int, b text)",
        "CREATE DOMAIN other.point AS text",
        "CREATE DOMAIN other.bytea AS text[]",
        "CREATE DOMAIN other.bool AS int",
        "CREATE TYPE other.numeric AS RANGE (subtype = float8)",
        "CREATE TYPE other.status AS ENUM ('on', 'off')",
        "CREATE DOMAIN status AS int[]",
        "CREATE DOMAIN \"Odd Schema\".status AS timestamptz",
        // A table's name is that of its row's type, and its row's array's with an underscore.
        "CREATE TABLE date (id int PRIMARY KEY)",
        "CREATE TABLE text (id int PRIMARY KEY)",
        "CREATE TABLE int4 (id int PRIMARY KEY)",
        "CREATE TABLE json (id int PRIMARY KEY)",
        "CREATE TABLE _int4 (id int PRIMARY KEY)",
        "CREATE TYPE \"Odd Schema\".\"a.b\" AS ENUM ('x')",
        "CREATE TYPE \"q\"\"uote\" AS ENUM ('x')",
        "CREATE TYPE \"x[]\" AS ENUM ('x')",
        "CREATE TYPE \"p(3)\" AS ENUM ('x')",
        "CREATE TYPE \"p(\" AS ENUM ('x')",
        "CREATE DOMAIN \"Tags, \"\"more\"\"\" AS text[]",
    };

    static final List<TypeCase> ODD = List.of(
            type("_mood", Kind.TEXT, "'_'", "_", "'b'", "b", "NULL", null),
            array("_mood[]", Kind.TEXT, "'{_,NULL,b}'", list("_", null, "b"), "NULL", null),
            type("public._text", Kind.TEXT, "'{a}'", "{a}", "''", "", "NULL", null),
            type("_note", Kind.TEXT, "'[x'", "[x", "NULL", null),
            array(
                    "tags",
                    Kind.TEXT,
                    "'{a,b}'",
                    list("a", "b"),
                    "'{}'",
                    List.of(),
                    "'{{a},{b}}'",
                    list(list("a"), list("b"))),
            array("more_tags", Kind.TEXT, "'[3:4]={a,NULL}'", list("a", null), "NULL", null),
            array("numbers", Kind.INT32, "'{1,NULL}'", list(1, null), "NULL", null),
            array("moods", Kind.TEXT, "'{sad,\"so so\"}'", list("sad", "so so"), "NULL", null),
            array("tags[]", Kind.TEXT, "'{\"{a,b}\",\"{}\",NULL}'", list("{a,b}", "{}", null)),
            type("moody", Kind.TEXT, "'so so'", "so so", "NULL", null),
            type("_moodier", Kind.TEXT, "'sad'", "sad", "NULL", null),
            array("_moodier[]", Kind.TEXT, "'{sad}'", list("sad")),
            type("pair_domain", Kind.TEXT, "ROW(1, 'x y')::pair", "(1,\"x y\")", "NULL", null),
            array("pair[]", Kind.TEXT, "ARRAY[ROW(1, 'x y')::pair]", list("(1,\"x y\")")),
            type(
                    "labels",
                    Kind.TEXT,
                    "''",
                    "",
                    "' '",
                    " ",
                    "'{a,b}'",
                    "{a,b}",
                    "'NULL'",
                    "NULL",
                    "'\"q\"'",
                    "\"q\"",
                    "E'back\\\\slash'",
                    "back\\slash",
                    "'it''s'",
                    "it's",
                    "'ü🎉'",
                    "ü🎉"),
            array(
                    "labels[]",
                    Kind.TEXT,
                    "ARRAY['', ' ', '{a,b}', 'NULL', '\"q\"', E'back\\\\slash', 'it''s', 'a,b', NULL, 'ü🎉']::labels[]",
                    list("", " ", "{a,b}", "NULL", "\"q\"", "back\\slash", "it's", "a,b", null, "ü🎉")),
            type("floats", Kind.TEXT, "'[0.1,2)'", "[0.1,2)", "NULL", null),
            type("other.money", Kind.TEXT, "'much'", "much", "NULL", null),
            array("other.money[]", Kind.TEXT, "'{much,little}'", list("much", "little")),
            type("other.date", Kind.TEXT, "'(1,2)'", "(1,2)", "NULL", null),
            array("other.date[]", Kind.TEXT, "'{\"(1,2)\"}'", list("(1,2)")),
            type("other.hstore", Kind.TEXT, "'x'", "x", "NULL", null),
            type("other.interval", Kind.TEXT, "'(1,a)'", "(1,a)", "NULL", null),
            type("other.point", Kind.TEXT, "'(1,2)'", "(1,2)", "NULL", null),
            array("other.bytea", Kind.TEXT, "'{a,b}'", list("a", "b"), "NULL", null),
            type("other.bool", Kind.INT32, "7", 7, "NULL", null),
            type("other.numeric", Kind.TEXT, "'[1,2)'", "[1,2)", "NULL", null),
            type("other.status", Kind.TEXT, "'off'", "off", "NULL", null),
            array("public.status", Kind.INT32, "'{1,2}'", list(1, 2), "NULL", null),
            type("\"Odd Schema\".status", Kind.TIMESTAMP, "'1970-01-01 00:00:01+00'", 1_000_000L, "NULL", null),
            type("pg_catalog.date", Kind.DATE, "'1970-01-02'", 1, "NULL", null),
            type("pg_catalog.text", Kind.TEXT, "'x'", "x", "NULL", null),
            type("pg_catalog.int4", Kind.INT32, "7", 7, "NULL", null),
            type("pg_catalog.json", Kind.JSON, "'{}'", "{}", "NULL", null),
            decimal("pg_catalog.money", 0, "'1234.5'", "1234.50"),
            array("int[]", Kind.INT32, "'{1}'", list(1), "NULL", null),
            type("\"Odd Schema\".\"a.b\"", Kind.TEXT, "'x'", "x", "NULL", null),
            array("\"Odd Schema\".\"a.b\"[]", Kind.TEXT, "'{x}'", list("x"), "NULL", null),
            type("\"q\"\"uote\"", Kind.TEXT, "'x'", "x", "NULL", null),
            type("\"x[]\"", Kind.TEXT, "'x'", "x", "NULL", null),
            type("\"p(3)\"", Kind.TEXT, "'x'", "x", "NULL", null),
            type("\"p(\"", Kind.TEXT, "'x'", "x", "NULL", null),
            array("\"p(\"[]", Kind.TEXT, "'{x}'", list("x"), "NULL", null),
            array("\"Tags, \"\"more\"\"\"", Kind.TEXT, "'{a,b}'", list("a", "b"), "NULL", null),
            array("hstore[]", Kind.JSON, "ARRAY['a=>1'::hstore]", list("{\"a\":\"1\"}")),
            array("money[]", Kind.TEXT, "'{1}'", list("$1.00")),
            array(
                    "tsrange[]",
                    Kind.TEXT,
                    "'{\"[2024-01-01,2024-02-01)\"}'",
                    list("[\"2024-01-01 00:00:00\",\"2024-02-01 00:00:00\")")));

    /** Each type as a domain, over a domain. */
    static List<TypeCase> domains(List<TypeCase> cases) {
        List<TypeCase> domains = new ArrayList<>();
        for (int i = 0; i < cases.size(); i++) {
            domains.add(
                    new TypeCase("d" + i, cases.get(i).expected(), cases.get(i).values()));
        }
        return domains;
    }

    static String[] domainSetup(List<TypeCase> cases) {
        List<String> statements = new ArrayList<>();
        for (int i = 0; i < cases.size(); i++) {
            statements.add("CREATE DOMAIN b" + i + " AS " + cases.get(i).sqlType());
            statements.add("CREATE DOMAIN d" + i + " AS b" + i);
        }
        return statements.toArray(new String[0]);
    }

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
