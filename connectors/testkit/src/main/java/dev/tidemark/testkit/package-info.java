/** What all servers have in common: processes, ports, directories, certificates. */
@NullMarked
package dev.tidemark.testkit;

import org.jspecify.annotations.NullMarked;
