/**
 * The worker's HTTP interface: parse, redact, call, answer. Secrets end here: what a request
 * brought is masked before anything is stored, published or logged. No decisions about reviews.
 */
@NullMarked
package io.weir.review.http;

import org.jspecify.annotations.NullMarked;
