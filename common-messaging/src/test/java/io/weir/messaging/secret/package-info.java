/** Tests of the room that finds and masks secrets. */
@NullMarked
package io.weir.messaging.secret;

import org.jspecify.annotations.NullMarked;
