/**
 * Durable chat requests: one handler for one inbound subject. Decides what becomes of a delivery
 * and publishes nothing itself but what nobody depends on: the tokens of answers under way.
 */
@NullMarked
package io.weir.gateway.handler;

import org.jspecify.annotations.NullMarked;
