package io.weir.faults.stage;

import io.weir.faults.oracle.Count;
import java.time.Duration;
import java.util.Optional;

/**
 * What a test has found.
 *
 * @param count the oracle's count
 * @param redeliveries handler calls with a delivery that was not the message's first
 * @param mostAtOnce most handlers that one worker ran at once
 * @param recoveries how many faults were healed
 * @param longestRecovery longest time from a healed fault to the next call of a handler
 */
public record Finding(
    Count count,
    long redeliveries,
    int mostAtOnce,
    int recoveries,
    Optional<Duration> longestRecovery) {}
