/** Tests of the order to kill. */
@NullMarked
package io.weir.kills.lane;

import org.jspecify.annotations.NullMarked;
