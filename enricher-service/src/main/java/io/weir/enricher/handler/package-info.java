/**
 * What becomes of a request message: grounded, answered by a model or without one, stored,
 * announced. Decides between done, retry and dead; publishes and acknowledges nothing itself, and
 * knows neither HTTP routes nor the database's language.
 */
@NullMarked
package io.weir.enricher.handler;

import org.jspecify.annotations.NullMarked;
