/** Tests of settings, health and metrics. */
@NullMarked
package io.weir.messaging.runtime;

import org.jspecify.annotations.NullMarked;
