package io.weir.benchmarks.measure;

/**
 * What is measured.
 *
 * @param name as the tables call it
 */
public record Subject(String name, Kind kind, Starter starter) {
  /** What a subject is to the others of its cell. */
  public enum Kind {
    /** A loop on the bare client: what the others are compared with. */
    RAW,
    WEIR,
    /** Somebody else's library. */
    PEER
  }

  /** Begins the work of a cell. */
  @FunctionalInterface
  public interface Starter {
    /**
     * Begins it.
     *
     * @param run unique; names what is made on the server
     */
    Running start(Site site, Cell cell, String run) throws Exception;
  }
}
