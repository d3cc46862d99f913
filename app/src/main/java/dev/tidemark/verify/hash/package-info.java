/** Documents as hashes: what they contain, kept on disk and compared a part at a time. */
@NullMarked
package dev.tidemark.verify.hash;

import org.jspecify.annotations.NullMarked;
