/**
 * From a document's fields to its entities and keywords, in pure steps: recognise, resolve
 * overlaps, add keyphrases, derive keywords. Extractors are chosen by schema, so that further ones
 * fit in beside the one that works offline. No input or output, clock, broker, database or HTTP may
 * enter.
 */
@NullMarked
package io.weir.entity.pipeline;

import org.jspecify.annotations.NullMarked;
