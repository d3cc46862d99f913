/** Protected connections: certificates and keys in the usual PEM files, and the meaning of failures. */
@NullMarked
package dev.tidemark.connector.tls;

import org.jspecify.annotations.NullMarked;
