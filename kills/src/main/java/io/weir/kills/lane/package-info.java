/**
 * The processes: what all share, and lanes, each a service between taps with servers or databases
 * of its own.
 */
@NullMarked
package io.weir.kills.lane;

import org.jspecify.annotations.NullMarked;
