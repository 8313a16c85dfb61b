/**
 * The steps from a request to a context pack, as pure functions: reading the request, facts about
 * locale and holidays, selecting passages, the prompt, reading the answer, the pack. The day that
 * counts as today and everything fetched come in as arguments.
 *
 * <p>No I/O, clock, broker, database or HTTP enters; data of the libraries (CLDR, holiday
 * calendars) is read from their jars.
 */
@NullMarked
package io.weir.enricher.pipeline;

import org.jspecify.annotations.NullMarked;
