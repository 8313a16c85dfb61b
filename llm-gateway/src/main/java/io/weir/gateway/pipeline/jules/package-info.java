/**
 * Durable chat requests as sessions of Google's Jules and back. Pure, as the room around it. A
 * field that has no counterpart there is refused with its name, never left out in silence.
 */
@NullMarked
package io.weir.gateway.pipeline.jules;

import org.jspecify.annotations.NullMarked;
