package io.weir.faults.scenario;

import io.weir.faults.stage.Stage;
import java.time.Duration;

/** A test: load, and what is broken meanwhile. */
public interface Scenario {
  /** What is broken, for the table. */
  String name();

  /**
   * Plays it; what is lost, doubled or stuck by it is counted afterwards. Returns a remark or "".
   */
  String play(Stage stage, Size size) throws Exception;

  /** Whether it has a meaning there. */
  default boolean playsOn(boolean cluster) {
    return true;
  }

  /** How long a delivery may be without a sign of life. */
  default Duration ackWait() {
    return Duration.ofSeconds(3);
  }
}
