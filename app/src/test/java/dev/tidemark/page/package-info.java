/** The status page, in a real browser. */
@NullMarked
package dev.tidemark.page;

import org.jspecify.annotations.NullMarked;
