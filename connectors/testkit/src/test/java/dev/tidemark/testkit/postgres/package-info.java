@NullMarked
package dev.tidemark.testkit.postgres;

import org.jspecify.annotations.NullMarked;
