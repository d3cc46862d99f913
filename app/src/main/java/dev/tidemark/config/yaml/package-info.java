/** YAML with lines and columns, problems, interpolation and quantities. */
@NullMarked
package dev.tidemark.config.yaml;

import org.jspecify.annotations.NullMarked;
