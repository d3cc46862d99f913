/** Preflight, resolution of collections, and the decision what has to be loaded. */
@NullMarked
package dev.tidemark.startup;

import org.jspecify.annotations.NullMarked;
