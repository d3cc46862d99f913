/** {@code tidemark bench}: how fast the service is alongside the floors it stands on, measured on this machine in one run. */
@NullMarked
package dev.tidemark.bench;

import org.jspecify.annotations.NullMarked;
