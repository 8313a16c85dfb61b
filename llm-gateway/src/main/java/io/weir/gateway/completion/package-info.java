/**
 * The one way to get a chat completion, behind HTTP and behind JetStream alike: chooses the
 * provider, falls back, bounds and meters, and gives the same answer to the same idempotency key.
 * Knows neither HTTP nor messages.
 */
@NullMarked
package io.weir.gateway.completion;

import org.jspecify.annotations.NullMarked;
