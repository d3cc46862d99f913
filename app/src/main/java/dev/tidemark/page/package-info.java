/** The status page: its files, and the history that its charts show. */
@NullMarked
package dev.tidemark.page;

import org.jspecify.annotations.NullMarked;
