/** Tests of the room of the same name, on a real NATS server. */
@NullMarked
package io.weir.cli.deadletter;

import org.jspecify.annotations.NullMarked;
