/** Tests of permits, delays and gates, without any server. */
@NullMarked
package io.weir.messaging.flow;

import org.jspecify.annotations.NullMarked;
