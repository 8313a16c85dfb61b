/**
 * The platform as its users meet it: real service processes on a real nats-server and the embedded
 * MongoDB-wire server, over HTTP and JetStream only. No class of a service is used here.
 */
@NullMarked
package io.weir.e2e;

import org.jspecify.annotations.NullMarked;
