/** Connections that are protected: certificates and keys as people have them, and what it means if it fails. */
@NullMarked
package dev.tidemark.connector.tls;

import org.jspecify.annotations.NullMarked;
