/**
 * W3C trace context in and out of messages and HTTP requests, and the spans around them. Knows the
 * OpenTelemetry API only: without an SDK in the process contexts are passed on and nothing is
 * recorded.
 */
@NullMarked
package io.weir.messaging.trace;

import org.jspecify.annotations.NullMarked;
