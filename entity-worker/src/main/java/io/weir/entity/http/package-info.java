/**
 * The HTTP interface: breadcrumbs and search. Thin: requests are checked and turned into calls,
 * results into JSON. Nothing is decided here that a message could also ask for.
 */
@NullMarked
package io.weir.entity.http;

import org.jspecify.annotations.NullMarked;
