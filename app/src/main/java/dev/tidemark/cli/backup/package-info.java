/** The commands of backups. */
@NullMarked
package dev.tidemark.cli.backup;

import org.jspecify.annotations.NullMarked;
