package dev.tidemark.connector.base.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Words that ask who reads, and none that only look like them. */
class ReaderWordsTest {

    private final ReaderWords words = new ReaderWords("current_user(?:\\(\\))?|user\\(\\)");

    @Test
    void word_isFound_inAnyCase_andNotInsideOthersOrInQuotes() {
        assertThat(words.in("SELECT 1 WHERE a = Current_User()")).contains("CURRENT_USER()");
        assertThat(words.in("SELECT user() AS u")).contains("USER()");
        assertThat(words.in("SELECT my_current_user, current_users, 'current_user', t.user, `user` FROM t"))
                .isEmpty();
    }

    @Test
    void name_isFound_asAWordOnly() {
        assertThat(ReaderWords.names("SELECT * FROM public.\"my view\" v", "my view"))
                .isTrue();
        assertThat(ReaderWords.names("SELECT * FROM viewed", "view")).isFalse();
    }
}
