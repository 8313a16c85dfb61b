/**
 * The workers' way to a model: one call shape over the OpenAI protocol, to the gateway or any
 * endpoint that speaks it, with failures sorted into unavailable, transient and rejected, answers
 * in a wanted form with one repair round, and a bill of what was paid. Knows no prompt, no role and
 * no service.
 */
@NullMarked
package io.weir.platform.llm;

import org.jspecify.annotations.NullMarked;
