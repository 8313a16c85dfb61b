/**
 * The life of a service process: settings, ordered start, health and metrics server, logs, drain
 * and stop. The only room that may read the environment.
 */
@NullMarked
package io.weir.messaging.runtime;

import org.jspecify.annotations.NullMarked;
