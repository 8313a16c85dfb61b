/**
 * Durable chat requests: one handler for one inbound subject. Decides what becomes of a delivery
 * and publishes nothing itself.
 */
@NullMarked
package io.weir.gateway.handler;

import org.jspecify.annotations.NullMarked;
