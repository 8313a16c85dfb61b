package io.weir.gateway.usage;

import io.weir.proto.v1.LlmUsage;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A file of what was bought and not told yet, so that a process that is killed leaves it behind:
 * what was begun, what has ended, what is told. One file a process, locked while it lives; whoever
 * starts next in the same folder adopts the files of the dead. Written through to the system, not
 * to the disk: it outlives the process, not the machine's power. Not thread safe.
 *
 * <p>Written by way of a stream: a channel is closed for good when a thread that writes is
 * interrupted, as the thread of a request is whose client has left.
 */
final class Journal implements Closeable {
  private static final String SUFFIX = ".journal";
  private static final int HEAD = 2 * Integer.BYTES;
  private static final int LONGEST = 1 << 20;
  private static final int MOST_LATER = 64 << 10;
  private static final byte BEGUN = 1;
  private static final byte ENDED = 2;
  private static final byte TOLD = 3;

  private final Path file;
  private FileOutputStream out;
  private @Nullable FileLock lock;
  private final ByteArrayOutputStream later = new ByteArrayOutputStream();
  private long size;

  private Journal(Path file) throws IOException {
    this.file = file;
    this.out = open(file);
    this.lock = out.getChannel().tryLock();
  }

  /** A new and empty one in {@code folder}, which is made if it is missing. */
  static Journal create(Path folder) throws IOException {
    Files.createDirectories(folder);
    while (true) {
      var journal = new Journal(folder.resolve(UUID.randomUUID() + SUFFIX));
      if (journal.lock != null) {
        return journal;
      }
      journal.close(); // somebody who starts at the same moment has adopted it
    }
  }

  /** A call begins: until it is told, this is what is known of it. */
  void begun(LlmUsage call) throws IOException {
    append(BEGUN, call.toByteArray());
  }

  void ended(LlmUsage call) throws IOException {
    append(ENDED, call.toByteArray());
  }

  /**
   * It need not be kept any more. Written with what follows it: if that never comes, it is told
   * again, which changes nothing.
   */
  void told(String id) throws IOException {
    later.writeBytes(record(TOLD, LlmUsage.newBuilder().setRequestId(id).build().toByteArray()));
    if (later.size() > MOST_LATER) {
      flush();
    }
  }

  /** Bytes on the disk. */
  long size() {
    return size;
  }

  /** Keeps only these: the file would grow for ever. */
  void rewrite(Collection<LlmUsage> begun, Collection<LlmUsage> ended) throws IOException {
    var content = new ByteArrayOutputStream();
    begun.forEach(call -> content.writeBytes(record(BEGUN, call.toByteArray())));
    ended.forEach(call -> content.writeBytes(record(ENDED, call.toByteArray())));
    Path next = file.resolveSibling(file.getFileName() + ".new");
    boolean _ = Files.deleteIfExists(next); // what a rewriting that failed has left
    FileOutputStream replacement = open(next);
    FileLock replacementLock = replacement.getChannel().tryLock();
    replacement.write(content.toByteArray());
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    out.close();
    out = replacement;
    lock = replacementLock;
    later.reset();
    size = content.size();
  }

  /**
   * What dead processes left in {@code folder}, without the rests of a record that they were
   * writing. Their files go when {@code keep} has returned.
   */
  static void adopt(Path folder, Keep keep) throws IOException {
    try (var files = Files.list(folder)) {
      for (Path found : files.filter(path -> path.toString().endsWith(SUFFIX)).sorted().toList()) {
        try (FileOutputStream old = open(found);
            FileLock free = old.getChannel().tryLock()) {
          if (free != null) {
            keep.keep(left(Files.readAllBytes(found)));
            Files.delete(found);
          }
        } catch (OverlappingFileLockException e) {
          // This process's own, or that of another service in it.
        }
      }
    }
  }

  /** Takes over what was left. */
  @FunctionalInterface
  interface Keep {
    void keep(Left left) throws IOException;
  }

  /** What was begun and has not ended, and what has ended and was not told. */
  record Left(List<LlmUsage> begun, List<LlmUsage> ended) {}

  private static Left left(byte[] bytes) throws IOException {
    Map<String, LlmUsage> begun = new LinkedHashMap<>();
    Map<String, LlmUsage> ended = new LinkedHashMap<>();
    ByteBuffer rest = ByteBuffer.wrap(bytes);
    while (rest.remaining() > HEAD) {
      int length = rest.getInt();
      int sum = rest.getInt();
      if (length < 1 || length > LONGEST || length > rest.remaining()) {
        break;
      }
      byte[] content = new byte[length];
      rest.get(content);
      if (sum(content) != sum) {
        break;
      }
      LlmUsage call = LlmUsage.parseFrom(ByteBuffer.wrap(content, 1, length - 1));
      begun.remove(call.getRequestId());
      ended.remove(call.getRequestId());
      switch (content[0]) {
        case BEGUN -> begun.put(call.getRequestId(), call);
        case ENDED -> ended.put(call.getRequestId(), call);
        default -> {
          // Told: nothing is left of it.
        }
      }
    }
    return new Left(new ArrayList<>(begun.values()), new ArrayList<>(ended.values()));
  }

  private void append(byte type, byte[] message) throws IOException {
    later.writeBytes(record(type, message));
    flush();
  }

  private void flush() throws IOException {
    size += later.size();
    later.writeTo(out);
    later.reset();
  }

  private static byte[] record(byte type, byte[] message) {
    byte[] content = new byte[message.length + 1];
    content[0] = type;
    System.arraycopy(message, 0, content, 1, message.length);
    return ByteBuffer.allocate(HEAD + content.length)
        .putInt(content.length)
        .putInt(sum(content))
        .put(content)
        .array();
  }

  private static int sum(byte[] content) {
    CRC32 sum = new CRC32();
    sum.update(content);
    return (int) sum.getValue();
  }

  private static FileOutputStream open(Path file) throws IOException {
    return new FileOutputStream(file.toFile(), true);
  }

  @Override
  public void close() throws IOException {
    if (lock != null) {
      lock.release();
    }
    out.close();
  }

  /** Closes it and, when nothing is left in it, takes it away. */
  void leave(boolean empty) throws IOException {
    if (!empty) {
      flush();
    }
    close();
    if (empty) {
      boolean _ = Files.deleteIfExists(file);
    }
  }
}
