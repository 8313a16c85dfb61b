/**
 * Tests of the HTTP room's parsing and redaction, without a server. No real parts here; those are
 * in the package above.
 */
@NullMarked
package io.weir.review.http;

import org.jspecify.annotations.NullMarked;
