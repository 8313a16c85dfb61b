/**
 * The only room that knows MongoDB: context packs by profile, campaign and locale, and the requests
 * that came by HTTP. Nothing here decides whether a pack is still good.
 */
@NullMarked
package io.weir.enricher.store;

import org.jspecify.annotations.NullMarked;
