/**
 * What calls of models used and cost, and who may still make them: every purchase is noted before
 * it is made and told after it, and lost by no kill. Knows neither HTTP nor providers.
 */
@NullMarked
package io.weir.gateway.usage;

import org.jspecify.annotations.NullMarked;
