/** What waits for an operator's decision, kept over restarts. */
@NullMarked
package dev.tidemark.approval;

import org.jspecify.annotations.NullMarked;
