@NullMarked
package dev.tidemark.testkit.mysql;

import org.jspecify.annotations.NullMarked;
