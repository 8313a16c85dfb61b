package io.weir.messaging.jetstream;

/**
 * How a consumer's drain went.
 *
 * @param finished messages in hand that were settled
 * @param handedBack messages that were given back to the server, at no cost to them
 * @param abandoned messages whose handler heeded no interrupt; the server delivers them again after
 *     the ack-wait
 */
public record DrainReport(long finished, long handedBack, long abandoned) {}
