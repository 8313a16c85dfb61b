package io.weir.gateway.upstream;

import java.io.IOException;

/** There is no connection, so that nothing of the request was sent. */
public final class ConnectFailedException extends IOException {
  private static final long serialVersionUID = 1L;

  ConnectFailedException(IOException cause) {
    super(cause);
  }
}
