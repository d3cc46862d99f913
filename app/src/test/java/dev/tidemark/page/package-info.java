/** The status page, in a real browser. */
package dev.tidemark.page;
