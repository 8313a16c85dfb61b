/** Tests of the room of the same name: values only, no server. */
@NullMarked
package io.weir.messaging.deadletter;

import org.jspecify.annotations.NullMarked;
