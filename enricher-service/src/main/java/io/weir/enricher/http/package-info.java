/**
 * The HTTP interface: asking for a pack, and reading one. Parses, calls, answers; a request that is
 * accepted here goes the same way as one that came as a message.
 */
@NullMarked
package io.weir.enricher.http;

import org.jspecify.annotations.NullMarked;
