/**
 * Tests of the catalogue: names that don't collide, codecs that hold messages to their contract.
 */
@NullMarked
package io.weir.platform.contract;

import org.jspecify.annotations.NullMarked;
