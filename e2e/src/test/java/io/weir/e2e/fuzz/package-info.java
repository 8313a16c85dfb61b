/**
 * Requests made from the services' own OpenAPI documents, valid and hostile, and what must hold of
 * every answer. The same seed makes the same requests.
 */
@NullMarked
package io.weir.e2e.fuzz;

import org.jspecify.annotations.NullMarked;
