package io.weir.platform.access;

import io.weir.messaging.DependencyUnavailableException;
import java.time.Instant;
import java.util.Optional;

/**
 * Where keys are looked up. Thread-safe; both throw {@link DependencyUnavailableException} when
 * there is nobody to ask.
 */
public interface KeyRecords {
  /** The key of that id, whatever it is worth. */
  Optional<StoredKey> find(String id) throws InterruptedException;

  /** Notes that it was used, unless that was noted less than a minute before {@code at}. */
  void used(String id, Instant at) throws InterruptedException;
}
