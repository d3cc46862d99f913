/** {@code tidemark demo}: the whole service on sample data, with servers of its own, to be looked at and tried. */
@NullMarked
package dev.tidemark.demo;

import org.jspecify.annotations.NullMarked;
