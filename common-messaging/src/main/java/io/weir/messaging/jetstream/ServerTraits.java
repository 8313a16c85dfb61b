package io.weir.messaging.jetstream;

import java.util.Optional;

/**
 * What a server does otherwise than it says, as far as the shape of a stream depends on it. Pure. A
 * server whose version can't be read counts as a new one.
 *
 * @param exactByBytes a stream that is to refuse new messages and is full by bytes does so. Before
 *     2.10 the leader of several copies leaves the headers out when it measures, and the store then
 *     makes room by deleting the oldest messages
 * @param remembersRefused the id of a message that a full stream refused may stay known for the
 *     duplicate window, though nothing is stored under it: 2.10.27 with several copies. 2.15.1 is
 *     the next version that was tried and does not
 */
record ServerTraits(boolean exactByBytes, boolean remembersRefused) {
  /** Does what it says. */
  static final ServerTraits SOUND = new ServerTraits(true, false);

  /**
   * @param version as the server tells it
   * @param replicas copies of each stream
   */
  static ServerTraits of(String version, int replicas) {
    Optional<ServerVersion> known = ServerVersion.parse(version);
    if (replicas == 1 || known.isEmpty()) {
      return SOUND;
    }
    boolean exact = known.get().isAtLeast(2, 10, 0);
    return new ServerTraits(exact, exact && !known.get().isAtLeast(2, 15, 1));
  }
}
