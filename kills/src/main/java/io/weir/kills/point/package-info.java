/** Steps of a piece of work as they are seen on the wires, and the points between them. Pure. */
@NullMarked
package io.weir.kills.point;

import org.jspecify.annotations.NullMarked;
