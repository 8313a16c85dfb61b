/**
 * The only room that knows MongoDB: context packs by profile, campaign and locale, and the requests
 * with what they cost. Nothing here decides whether a pack is still good.
 */
@NullMarked
package io.weir.enricher.store;

import org.jspecify.annotations.NullMarked;
