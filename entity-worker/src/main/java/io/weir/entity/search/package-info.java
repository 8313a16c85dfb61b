/**
 * Keyword search over breadcrumbs: a disposable full-text index per node behind {@link
 * io.weir.entity.search.SearchIndex}. It holds what is needed to find and rank, never the
 * documents: the store is the truth. The only room that knows Lucene; no database, broker or HTTP
 * may enter.
 */
@NullMarked
package io.weir.entity.search;

import org.jspecify.annotations.NullMarked;
