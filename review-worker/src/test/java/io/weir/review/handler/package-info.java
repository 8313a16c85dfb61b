/**
 * Tests of the handler's steps with hand-written fakes of model and linter. No real parts here;
 * those are in the package above.
 */
@NullMarked
package io.weir.review.handler;

import org.jspecify.annotations.NullMarked;
