/**
 * The service's own settings and the profiles that say how requests are answered, read and checked
 * whole before anything runs. Nothing here decides about a request.
 */
@NullMarked
package io.weir.enricher.config;

import org.jspecify.annotations.NullMarked;
