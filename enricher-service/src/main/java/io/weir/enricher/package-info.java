/**
 * The enricher: a request for context around a campaign becomes a context pack of facts, passages
 * and a model's insights. Holds only the wiring of the service; every rule lives in one of its
 * rooms.
 */
@NullMarked
package io.weir.enricher;

import org.jspecify.annotations.NullMarked;
