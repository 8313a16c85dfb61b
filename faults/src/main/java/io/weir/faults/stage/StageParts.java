package io.weir.faults.stage;

import io.weir.faults.ground.Ground;
import io.weir.faults.ground.Java;
import io.weir.faults.ground.StoreProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * What a stage is made of.
 *
 * @param store belongs to this stage alone
 * @param worker main class of the worker processes
 * @param ackWait how long a delivery may be without a sign of life
 * @param progress told what happens
 */
public record StageParts(
    Ground ground,
    StoreProcess store,
    Java java,
    Class<?> worker,
    Path folder,
    Duration ackWait,
    Consumer<String> progress) {
  /** Starts what every test needs; waits until it is there. */
  public Stage open() throws Exception {
    return new Stage(this);
  }
}
