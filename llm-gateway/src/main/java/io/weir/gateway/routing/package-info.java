/**
 * Who is asked, in which order, and who is left alone for a while: how hard a request is, which
 * models suit it, how providers are doing. Knows neither HTTP nor how a provider is called.
 */
@NullMarked
package io.weir.gateway.routing;

import org.jspecify.annotations.NullMarked;
