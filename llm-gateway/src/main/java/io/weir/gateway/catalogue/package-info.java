/**
 * What is known of models beside their names: prices, context windows, capabilities, tiers. Pure:
 * no I/O, no clock, no provider.
 */
@NullMarked
package io.weir.gateway.catalogue;

import org.jspecify.annotations.NullMarked;
