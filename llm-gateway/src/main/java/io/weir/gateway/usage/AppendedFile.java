package io.weir.gateway.usage;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * A file that is appended to by way of memory: what is appended is the system's at once and without
 * a call of it, and outlives the process, though not the machine's power. What follows it are
 * zeros. Locked while it is open. Not thread-safe.
 */
final class AppendedFile implements Closeable {
  private static final int WINDOW = 1 << 20;
  private static final byte[] ZEROS = new byte[64 << 10];

  private final RandomAccessFile file;
  private final @Nullable FileLock lock;
  private Arena arena = Arena.ofShared();
  private MemorySegment window = MemorySegment.NULL;
  private long windowAt;
  private long size;

  private AppendedFile(RandomAccessFile file) throws IOException {
    this.file = file;
    this.lock = locked(file);
  }

  private static @Nullable FileLock locked(RandomAccessFile file) throws IOException {
    try {
      return file.getChannel().tryLock();
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /** A new one. */
  static AppendedFile create(Path path) throws IOException {
    var made = new AppendedFile(new RandomAccessFile(path.toFile(), "rw"));
    if (made.locked()) {
      try {
        made.next(WINDOW);
      } catch (IOException e) {
        made.close();
        throw e;
      }
    }
    return made;
  }

  /** Whether it is this process's; else somebody took it before it was locked. */
  boolean locked() {
    return lock != null;
  }

  /** Bytes that were appended. */
  long size() {
    return size;
  }

  /**
   * @throws IOException when the disk is full, for instance; then nothing is appended
   */
  void append(byte[] bytes) throws IOException {
    if (size - windowAt + bytes.length > window.byteSize()) {
      next(Math.max(WINDOW, bytes.length));
    }
    try {
      MemorySegment.copy(bytes, 0, window, ValueLayout.JAVA_BYTE, size - windowAt, bytes.length);
    } catch (InternalError e) {
      throw new IOException("the disk did not take it", e); // it had promised to
    }
    size += bytes.length;
  }

  /** Zeros are written and not only mapped: without room for them, the fault would be ours. */
  private void next(int length) throws IOException {
    file.seek(size);
    for (int left = length; left > 0; left -= ZEROS.length) {
      file.write(ZEROS, 0, Math.min(left, ZEROS.length));
    }
    Arena following = Arena.ofShared();
    window = mapped(following, length);
    windowAt = size;
    arena.close();
    arena = following;
  }

  /**
   * By a thread of its own: an interrupt closes a channel for good, and comes to the thread of a
   * request whose client has left.
   */
  private MemorySegment mapped(Arena following, int length) throws IOException {
    var mapping =
        new FutureTask<>(() -> file.getChannel().map(MapMode.READ_WRITE, size, length, following));
    Thread.ofPlatform().name("journal").daemon().start(mapping);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return mapping.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          following.close();
          throw e.getCause() instanceof IOException failure
              ? failure
              : new IOException("not mapped", e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Cuts the zeros off. */
  @Override
  public void close() throws IOException {
    arena.close();
    if (lock != null) {
      file.setLength(size);
      lock.release();
    }
    file.close();
  }
}
