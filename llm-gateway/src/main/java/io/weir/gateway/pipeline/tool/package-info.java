/**
 * Tools that the gateway adds to requests, as pure steps: what is offered, what an answer asks for,
 * and what the next request says. Knows neither who executes them nor how.
 */
@NullMarked
package io.weir.gateway.pipeline.tool;

import org.jspecify.annotations.NullMarked;
