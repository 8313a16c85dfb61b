package io.weir.benchmarks.measure;

/** Work that goes on until it is closed, or until there is nothing left of it. */
public interface Running extends AutoCloseable {
  /** Messages that are done with so far. */
  long done();

  /** Ends it, and waits until it has ended. */
  @Override
  void close() throws Exception;
}
