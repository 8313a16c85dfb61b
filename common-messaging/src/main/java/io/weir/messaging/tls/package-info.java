/** Whom we trust and who we are, as PEM files that settings name. No connection is made here. */
@NullMarked
package io.weir.messaging.tls;

import org.jspecify.annotations.NullMarked;
