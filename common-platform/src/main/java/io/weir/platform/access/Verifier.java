package io.weir.platform.access;

import java.util.Optional;

/** Knows one kind of credentials. Thread-safe. */
public interface Verifier {
  /**
   * Who holds {@code credential}.
   *
   * @return empty when it is of another kind, which another verifier may know
   */
  Optional<Admission> verify(String credential) throws InterruptedException;
}
