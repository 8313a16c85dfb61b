/**
 * Tests of the room of access: who is let in against keys in memory and a clock that is moved, the
 * store of keys against the embedded server. No HTTP here.
 */
@NullMarked
package io.weir.platform.access;

import org.jspecify.annotations.NullMarked;
