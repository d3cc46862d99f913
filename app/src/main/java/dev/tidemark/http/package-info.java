/** What can be seen from outside while the service runs. */
@NullMarked
package dev.tidemark.http;

import org.jspecify.annotations.NullMarked;
