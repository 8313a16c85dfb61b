/**
 * The LLM gateway: one OpenAI-compatible door, over HTTP and over NATS, to any number of model
 * providers. This room only wires the others together.
 */
@NullMarked
package io.weir.gateway;

import org.jspecify.annotations.NullMarked;
