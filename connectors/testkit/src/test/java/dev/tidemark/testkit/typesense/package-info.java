@NullMarked
package dev.tidemark.testkit.typesense;

import org.jspecify.annotations.NullMarked;
