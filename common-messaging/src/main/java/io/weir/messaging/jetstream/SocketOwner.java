package io.weir.messaging.jetstream;

import java.io.IOException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/**
 * Whom a {@link GuardedDataPort} belongs to. The client makes the port by its class name, so it
 * finds its owner as the error listener of the client's options.
 */
interface SocketOwner {
  /** The client makes {@code port} and is about to connect it, on the calling thread. */
  void connecting(GuardedDataPort port);

  /** How the attempts of {@link #connecting} are limited. */
  ReconnectPace pace();

  /** What the next connection is encrypted with. */
  SSLContext tls() throws IOException;

  /** A handshake, or what was read of an encrypted connection, failed; must not block. */
  void tlsFailed(SSLException failure);
}
