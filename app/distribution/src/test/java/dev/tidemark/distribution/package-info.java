/** What is shipped, tried as it is shipped: the archive, the files for the machines it runs on, and what watches it. */
@org.jspecify.annotations.NullMarked
package dev.tidemark.distribution;
