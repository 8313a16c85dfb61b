/**
 * What becomes of a review job: take it, run the steps in order, store the result, say what to
 * announce. Publishes and acknowledges nothing; how a step works is not decided here.
 */
@NullMarked
package io.weir.review.handler;

import org.jspecify.annotations.NullMarked;
