/**
 * HTTP to the providers: connections that are kept, and calls that end in time. The only room with
 * an HTTP client. Knows nothing of what is asked.
 */
@NullMarked
package io.weir.gateway.upstream;

import org.jspecify.annotations.NullMarked;
