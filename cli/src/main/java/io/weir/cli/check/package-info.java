/**
 * What the demo wants of each answer, as pure functions from an answer to a verdict: content, not
 * arrival. No I/O, no clock and no printing may enter.
 */
@NullMarked
package io.weir.cli.check;

import org.jspecify.annotations.NullMarked;
