/**
 * The OpenAPI documents of the four services: a page a service in the resources of this room, what
 * all share in one more, and what joins them with the table of routes. No HTTP server, no store.
 */
@NullMarked
package io.weir.platform.openapi;

import org.jspecify.annotations.NullMarked;
