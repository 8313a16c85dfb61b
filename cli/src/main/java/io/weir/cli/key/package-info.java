/**
 * {@code weir keys}: the API keys of the services, on MongoDB directly, so that the first key needs
 * none. A secret leaves this room once, on the standard output of {@code create}.
 */
@NullMarked
package io.weir.cli.key;

import org.jspecify.annotations.NullMarked;
