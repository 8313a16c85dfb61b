/** Tests of the room that hands out what happens. */
@NullMarked
package io.weir.platform.live;

import org.jspecify.annotations.NullMarked;
