/** Documents that go with the row they refer to. */
@NullMarked
package dev.tidemark.flush.cascade;

import org.jspecify.annotations.NullMarked;
