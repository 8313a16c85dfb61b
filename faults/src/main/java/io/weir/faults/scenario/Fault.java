package io.weir.faults.scenario;

/** What a random schedule breaks, one at a time. */
enum Fault {
  /** {@code kill -9} of a server, which is started again afterwards. */
  KILL_SERVER,
  /** A server hangs. */
  STOP_SERVER,
  /** A server ends in order and is started again. */
  RESTART_SERVER,
  /** What workers and producer send is swallowed. */
  CUT_TO_SERVER,
  /** What the servers send is swallowed. */
  CUT_TO_CLIENT,
  /** What is sent arrives, but only afterwards. */
  STALL,
  /** Connections are reset and new ones refused. */
  REFUSE,
  /** Each piece of data takes its time. */
  SLOW,
  /** No stream takes more than a few messages. */
  FILL_QUOTA,
  /** {@code kill -9} of a worker; another is started afterwards. */
  KILL_WORKER,
  /** A worker stands still. */
  STOP_WORKER,
  /** A worker ends in order; another is started afterwards. */
  REPLACE_WORKER,
  /** {@code kill -9} of the store. */
  KILL_STORE
}
