package io.weir.localstack;

import java.nio.file.Path;
import java.util.Optional;

/**
 * One line of the table of a stack.
 *
 * @param url without user and password
 * @param pid 0 when it is not a process of ours, or not running
 * @param logFile empty when it is not a process of ours
 * @param detail one line for people: why it is in this state; empty when there is nothing to say
 */
public record PartState(
    String name, String url, Status status, long pid, Optional<Path> logFile, String detail) {

  /** What a part does. */
  public enum Status {
    /** Started, not ready yet. */
    STARTING,
    /** Does its work. */
    READY,
    /** Runs, but says that it is not ready; what it waits for is in its {@code /health}. */
    NOT_READY,
    /** Died, and will be started again. */
    RESTARTING,
    /** Asked to finish its work. */
    STOPPING,
    /** Ended. */
    STOPPED,
    /** Run by somebody else and used by us. */
    EXTERNAL
  }
}
