/** Real Postgres and Typesense servers as local processes, for the demo, the benchmarks and the tests. No Docker. */
@NullMarked
package dev.tidemark.testkit;

import org.jspecify.annotations.NullMarked;
