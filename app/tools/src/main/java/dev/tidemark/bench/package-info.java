/** {@code tidemark bench}: how fast the service is beside the floors it stands on, measured on this machine in one run. */
@NullMarked
package dev.tidemark.bench;

import org.jspecify.annotations.NullMarked;
