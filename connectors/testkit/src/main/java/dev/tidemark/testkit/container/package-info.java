/** Servers in containers, if a test run requests them. */
@NullMarked
package dev.tidemark.testkit.container;

import org.jspecify.annotations.NullMarked;
