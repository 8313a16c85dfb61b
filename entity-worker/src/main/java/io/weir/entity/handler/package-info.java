/**
 * What becomes of messages: breadcrumb events are extracted and stored, extraction events keep this
 * node's search index as the store is. Nothing is published or acknowledged here, and nothing knows
 * HTTP.
 */
@NullMarked
package io.weir.entity.handler;

import org.jspecify.annotations.NullMarked;
