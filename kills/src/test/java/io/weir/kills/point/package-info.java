/** Tests of the names of steps. */
@NullMarked
package io.weir.kills.point;

import org.jspecify.annotations.NullMarked;
