/**
 * What a service says of itself: health checks with their age, threshold and consequence, and
 * readiness. Values only.
 */
@NullMarked
package io.weir.messaging.health;

import org.jspecify.annotations.NullMarked;
