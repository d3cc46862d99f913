/** Real Typesense servers and clusters, and plain requests to them. */
@NullMarked
package dev.tidemark.testkit.typesense;

import org.jspecify.annotations.NullMarked;
