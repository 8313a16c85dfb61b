/** Tests of the JetStream room on a real nats-server. */
@NullMarked
package io.weir.messaging.jetstream;

import org.jspecify.annotations.NullMarked;
