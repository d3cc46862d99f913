package dev.tidemark.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EngineWordsTest {

    @Test
    void words_nameWhatFailed_andLeaveOutWhatSaysNothing() {
        Throwable root = new IllegalArgumentException("bad hour 24");
        Throwable column = new IllegalStateException("Failed to properly convert data value for 'shop.t.at'", root);
        Throwable wrapped = new RuntimeException(
                "An exception occurred in the change event producer. This connector will be stopped.", column);
        assertThat(EngineWords.of(wrapped, "bad hour 24"))
                .isEqualTo("Failed to properly convert data value for 'shop.t.at'");
        assertThat(EngineWords.of(wrapped, "?"))
                .isEqualTo("Failed to properly convert data value for 'shop.t.at': bad hour 24");
        assertThat(EngineWords.of(new RuntimeException(root), "bad hour 24")).isEmpty();
        assertThat(EngineWords.of(null, "x")).isEmpty();
    }

    @Test
    void words_areOneShortLine() {
        String words =
                EngineWords.of(new RuntimeException("DDL statement\n  'CREATE " + "x".repeat(5_000) + "' at 7"), "");
        assertThat(words)
                .hasSizeLessThan(450)
                .startsWith("DDL statement 'CREATE x")
                .endsWith("x' at 7");
    }

    @Test
    void words_holdNoPassword() {
        for (String statement : new String[] {
            "CREATE USER 'a'@'%' IDENTIFIED BY 's3cret''x' REQUIRE SSL",
            "ALTER USER a identified with mysql_native_password by \"s3cret\\\"x\" ACCOUNT LOCK",
            "CREATE USER a IDENTIFIED WITH sha256_password AS 's3cret' REQUIRE",
            "CHANGE MASTER TO MASTER_PASSWORD = 's3cret', MASTER_HOST='h'",
            "SET PASSWORD = PASSWORD('s3cret')",
            "CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (USER 'u', PASSWORD 's3cret')",
            "GRANT ALL ON *.* TO a IDENTIFIED BY PASSWORD 's3cret",
        }) {
            assertThat(EngineWords.of(new RuntimeException(statement), ""))
                    .as(statement)
                    .doesNotContain("s3cret")
                    .contains("***");
        }
        assertThat(EngineWords.withoutPasswords("CREATE TABLE t (password VARCHAR(9) DEFAULT 'x')"))
                .isEqualTo("CREATE TABLE t (password VARCHAR(9) DEFAULT 'x')");
    }
}
