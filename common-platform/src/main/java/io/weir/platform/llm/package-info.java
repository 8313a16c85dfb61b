/**
 * The workers' way to a model: one call shape over the OpenAI protocol, to the gateway or any
 * endpoint that speaks it, with failures sorted into unavailable, transient and rejected. Knows no
 * prompt, no role and no service.
 */
@NullMarked
package io.weir.platform.llm;

import org.jspecify.annotations.NullMarked;
