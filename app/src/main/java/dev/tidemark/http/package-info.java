/** HTTP interface to what can be seen and requested from outside while the service runs. */
@NullMarked
package dev.tidemark.http;

import org.jspecify.annotations.NullMarked;
