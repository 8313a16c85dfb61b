package io.weir.faults.oracle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Where a worker notes what it does, a line each. A line is written before its method returns, so
 * that {@code kill -9} of the worker takes none back. Thread-safe.
 */
public final class AttemptFile implements AutoCloseable {
  static final char BEGUN = 'B';
  static final char DONE = 'E';
  static final char ENDED = 'X';

  private final FileChannel channel;

  public AttemptFile(Path file) {
    try {
      this.channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.APPEND, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new UncheckedIOException("could not open " + file, e);
    }
  }

  /** A handler was called with this message, in this delivery of it. */
  public void begun(String id, int delivery) {
    write(BEGUN, id + " " + delivery);
  }

  /** The store took the effect of this message as a new one. */
  public void done(String id) {
    write(DONE, id);
  }

  /** The handler is leaving, whatever came of it. */
  public void ended(String id) {
    write(ENDED, id);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(char what, String rest) {
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    ByteBuffer line =
        ByteBuffer.wrap((what + " " + micros + " " + rest + "\n").getBytes(StandardCharsets.UTF_8));
    try {
      channel.write(line);
    } catch (IOException e) {
      throw new UncheckedIOException("an attempt could not be noted", e);
    }
  }
}
