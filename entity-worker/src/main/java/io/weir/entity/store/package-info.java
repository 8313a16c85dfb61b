/**
 * Where breadcrumbs live: the collection {@code breadcrumbs}, every change guarded by the version
 * that it was made from and written together with its unsent event. The only room that knows
 * MongoDB; nothing is extracted or decided here.
 */
@NullMarked
package io.weir.entity.store;

import org.jspecify.annotations.NullMarked;
