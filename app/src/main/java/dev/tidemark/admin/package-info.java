/** Requests of an operator to a running service: the API under {@code /api}, and the client that commands use. */
@NullMarked
package dev.tidemark.admin;

import org.jspecify.annotations.NullMarked;
