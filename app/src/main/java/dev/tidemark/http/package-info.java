/** What can be seen and asked for from outside while the service runs, over HTTP. */
@NullMarked
package dev.tidemark.http;

import org.jspecify.annotations.NullMarked;
