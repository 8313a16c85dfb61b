package io.weir.platform.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;

/**
 * What the server writes to one connection. The server writes the head of a chunked answer and its
 * first chunk one after the other, each of which wakes the client; {@link #together} makes one
 * write of them. For one thread at a time.
 */
final class JoinedWrites implements DataWriter {
  /** The connection of the request in hand; unbound where the server is not {@link HttpApi}'s. */
  static final ScopedValue<JoinedWrites> CONNECTION = ScopedValue.newInstance();

  private static final int HEAD_AND_EVENT = 1024;

  private final DataWriter socket;
  private boolean joining;
  private ByteArrayOutputStream held = new ByteArrayOutputStream(0);

  /** What writes to the connection. */
  @FunctionalInterface
  interface Writing {
    void write() throws IOException;
  }

  JoinedWrites(DataWriter socket) {
    this.socket = socket;
  }

  static Optional<JoinedWrites> ofThisConnection() {
    return CONNECTION.isBound() ? Optional.of(CONNECTION.get()) : Optional.empty();
  }

  /** Sends all that {@code writing} writes at once when it is done, or has failed. */
  void together(Writing writing) throws IOException {
    joining = true;
    held = new ByteArrayOutputStream(HEAD_AND_EVENT);
    try {
      writing.write();
    } finally {
      joining = false;
      byte[] all = held.toByteArray();
      held = new ByteArrayOutputStream(0);
      if (all.length > 0) {
        socket.write(BufferData.create(all));
      }
    }
  }

  @Override
  public void write(BufferData buffer) {
    if (joining) {
      buffer.writeTo(held);
    } else {
      socket.write(buffer);
    }
  }

  @Override
  public void write(BufferData... buffers) {
    if (joining) {
      for (BufferData buffer : buffers) {
        buffer.writeTo(held);
      }
    } else {
      socket.write(buffers);
    }
  }

  @Override
  public void writeNow(BufferData buffer) {
    if (joining) {
      buffer.writeTo(held);
    } else {
      socket.writeNow(buffer);
    }
  }

  @Override
  public void writeNow(BufferData... buffers) {
    if (joining) {
      write(buffers);
    } else {
      socket.writeNow(buffers);
    }
  }

  @Override
  public void flush() {
    if (!joining) {
      socket.flush();
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
