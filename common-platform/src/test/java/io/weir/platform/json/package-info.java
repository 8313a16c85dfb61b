/**
 * Tests of the catalogue: names that don't collide, codecs that hold messages to their contract.
 */
@NullMarked
package io.weir.platform.json;

import org.jspecify.annotations.NullMarked;
