package io.weir.cli.demo;

import io.weir.cli.check.Verdict;

/** One part of the demo: puts something in, waits, shows what came of it and judges it. */
interface Step {

  /** As it is called in the last line. */
  String name();

  /**
   * Does it. Throws {@link io.weir.cli.remote.CallException} when a service does not answer as it
   * should.
   */
  Verdict run() throws InterruptedException;
}
