/**
 * The vocabulary of durable messages: subjects, codecs, deliveries, handlers and their outcomes.
 * Values and interfaces only: nothing here knows a broker, a store or a service.
 */
@NullMarked
package io.weir.messaging;

import org.jspecify.annotations.NullMarked;
