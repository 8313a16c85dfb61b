/**
 * Chat completions in the words of Anthropic's Messages API and back. Pure, as the room around it.
 * A field that has no counterpart there is refused with its name, never left out in silence.
 */
@NullMarked
package io.weir.gateway.pipeline.anthropic;

import org.jspecify.annotations.NullMarked;
