package io.weir.faults.scenario;

import java.time.Duration;

/** How long the tests take: short for every build, long for a proof. */
public enum Size {
  SHORT,
  LONG;

  public int of(int inShort, int inLong) {
    return this == SHORT ? inShort : inLong;
  }

  public Duration seconds(int inShort, int inLong) {
    return Duration.ofSeconds(of(inShort, inLong));
  }
}
