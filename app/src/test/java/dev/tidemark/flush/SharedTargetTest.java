package dev.tidemark.flush;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.collection.Target;
import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class SharedTargetTest {

    /** Before a document of the schema was written and after, and of rows that hold nothing but the key. */
    @Test
    void everyId_hasThePrefix() throws Exception {
        Target target = Items.target("shops", "eu:");
        Row row = Items.row("7", 1L);
        assertThat(target.ids(Items.SCHEMA).of(row)).isEqualTo("eu:7");
        assertThat(new String(target.mapper().map("eu:7", row).json(), StandardCharsets.UTF_8))
                .isEqualTo("{\"id\":\"eu:7\",\"n\":1}");
        assertThat(target.ids(Items.SCHEMA).of(row)).isEqualTo("eu:7");
        List<Column> key = Items.SCHEMA.columns().subList(0, 1);
        RowSchema keyed = new RowSchema(Items.TABLE, key);
        assertThat(target.ids(keyed).of(new Row(keyed, new Object[] {"7"}))).isEqualTo("eu:7");
    }
}
