package io.weir.messaging.jetstream;

import io.nats.client.impl.SocketDataPort;
import java.io.IOException;

/**
 * The client's socket, with a {@link HeaderGuard} on what is read. Public with a public constructor
 * because the client makes it by its class name.
 */
public final class GuardedDataPort extends SocketDataPort {
  private final HeaderGuard guard = new HeaderGuard();

  @Override
  public int read(byte[] destination, int offset, int length) throws IOException {
    int count = super.read(destination, offset, length);
    if (count > 0) {
      guard.pass(destination, offset, count);
    }
    return count;
  }
}
