/**
 * JetStream: connection, topology, publisher, consumer, failure counts and dead letters. The only
 * room that may import {@code io.nats}; what leaves it speaks the vocabulary of {@code
 * io.weir.messaging}.
 */
@NullMarked
package io.weir.messaging.jetstream;

import org.jspecify.annotations.NullMarked;
