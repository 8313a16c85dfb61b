/**
 * {@code weir usage}: what users have used of what they may. Reads only; who may use what is
 * decided in the services.
 */
@NullMarked
package io.weir.cli.usage;

import org.jspecify.annotations.NullMarked;
