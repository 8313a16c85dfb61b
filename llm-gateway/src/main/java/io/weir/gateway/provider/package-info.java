/**
 * The systems that answer: any OpenAI-compatible endpoint, and offline. Knows neither who asks nor
 * how the answer travels on; addresses and keys come from configuration, never from a request.
 */
@NullMarked
package io.weir.gateway.provider;

import org.jspecify.annotations.NullMarked;
