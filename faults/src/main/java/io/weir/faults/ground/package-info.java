/**
 * What messages go through while it is broken: servers, wires and the store, all of them real
 * processes.
 */
@NullMarked
package io.weir.faults.ground;

import org.jspecify.annotations.NullMarked;
