/**
 * Requests with tools that the gateway adds: asks the model, has executed what it calls, over NATS,
 * and asks again. Knows neither HTTP nor JetStream.
 */
@NullMarked
package io.weir.gateway.tools;

import org.jspecify.annotations.NullMarked;
