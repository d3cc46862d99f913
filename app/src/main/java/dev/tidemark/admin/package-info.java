/** What an operator asks a running service for: the API under {@code /api}, and the client that commands use. */
@NullMarked
package dev.tidemark.admin;

import org.jspecify.annotations.NullMarked;
