/** What a database brings to Tidemark, and the neutral forms in which its changes travel on. */
@NullMarked
package dev.tidemark.connector;

import org.jspecify.annotations.NullMarked;
