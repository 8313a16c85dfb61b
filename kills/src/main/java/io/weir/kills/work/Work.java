package io.weir.kills.work;

import io.weir.kills.lane.Lane.Answer;
import java.io.IOException;
import java.util.List;

/** A piece of work that is asked for once or twice, and shall be there once. For one thread. */
public interface Work {
  /** What must be there before. */
  void prepare() throws Exception;

  /** Asks for it; asking again is the same. */
  Answer ask() throws IOException, InterruptedException;

  /**
   * Whether an answer to the second asking is as wanted.
   *
   * @param status of it
   */
  boolean isFinal(int status);

  /** What there is of it now, in the store and on the streams, past the service. */
  Look look() throws Exception;

  /** What is not as wanted for those who ask the service, once all else is. */
  default List<String> seen() throws Exception {
    return List.of();
  }
}
