package io.weir.benchmarks.measure;

/**
 * One measurement.
 *
 * @param rate messages a second
 * @param cpuMicros processor time of this process a message, in microseconds: the client's threads,
 *     its compiler and its collector, without the server
 * @param bytes allocated on the heap a message
 * @param millis length of the measurement
 */
public record Sample(double rate, double cpuMicros, double bytes, long millis) {}
