package io.weir.gateway.usage;

import io.weir.proto.v1.LlmUsage;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.zip.CRC32;

/**
 * A file of what was bought and not told yet, so that a process that is killed leaves it behind:
 * what was begun, what has ended, what is told. One file a process, locked while it lives; whoever
 * starts next in the same folder adopts the files of the dead. Written through to the system, not
 * to the disk: it outlives the process, not the machine's power. Not thread safe.
 */
final class Journal implements Closeable {
  private static final String SUFFIX = ".journal";
  private static final int HEAD = 2 * Integer.BYTES;
  private static final int LONGEST = 1 << 20;
  private static final byte BEGUN = 1;
  private static final byte ENDED = 2;
  private static final byte TOLD = 3;

  /**
   * Those of this process, which are no dead one's. To open and close one of them again would give
   * up its lock: on POSIX systems that goes with any of a process's descriptors of a file.
   */
  private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

  private final Path file;
  private AppendedFile out;

  private Journal(Path file, AppendedFile out) {
    this.file = file;
    this.out = out;
  }

  /** A new and empty one in {@code folder}, which is made if it is missing. */
  static Journal create(Path folder) throws IOException {
    Path place = Files.createDirectories(folder).toRealPath();
    while (true) {
      Path file = place.resolve(UUID.randomUUID() + SUFFIX);
      OWN.add(file);
      boolean ours = false;
      try {
        AppendedFile made = AppendedFile.create(file);
        if (made.locked() && Files.exists(file)) {
          ours = true;
          return new Journal(file, made);
        }
        made.close(); // somebody who starts at the same moment has adopted it
      } finally {
        if (!ours) {
          OWN.remove(file);
        }
      }
    }
  }

  /** A call begins: until it is told, this is what is known of it. */
  void begun(LlmUsage call) throws IOException {
    append(BEGUN, call.toByteArray());
  }

  void ended(LlmUsage call) throws IOException {
    append(ENDED, call.toByteArray());
  }

  /** It need not be kept any more. */
  void told(String id) throws IOException {
    append(TOLD, LlmUsage.newBuilder().setRequestId(id).build().toByteArray());
  }

  /** Bytes of all that was noted since the last rewriting. */
  long size() {
    return out.size();
  }

  /** Keeps only these: the file would grow for ever. */
  void rewrite(Collection<LlmUsage> begun, Collection<LlmUsage> ended) throws IOException {
    Path next = next(file);
    boolean _ = Files.deleteIfExists(next); // what a rewriting that failed has left
    AppendedFile replacement = AppendedFile.create(next);
    try {
      for (LlmUsage call : begun) {
        replacement.append(record(BEGUN, call.toByteArray()));
      }
      for (LlmUsage call : ended) {
        replacement.append(record(ENDED, call.toByteArray()));
      }
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      replacement.close();
      throw e;
    }
    AppendedFile before = out;
    out = replacement;
    before.close();
  }

  /**
   * What dead processes left in {@code folder}, without the rests of a record that they were
   * writing. Their files go when {@code keep} has returned.
   */
  static synchronized void adopt(Path folder, Keep keep) throws IOException {
    try (var files = Files.list(folder.toRealPath())) {
      Predicate<Path> others = path -> path.toString().endsWith(SUFFIX) && !OWN.contains(path);
      for (Path found : files.filter(others).sorted().toList()) {
        try {
          adoptOne(found, keep);
        } catch (NoSuchFileException gone) {
          // Another process was faster.
        }
      }
    }
  }

  /** Read by the descriptor that has the lock: another one would give the lock up. */
  private static void adoptOne(Path found, Keep keep) throws IOException {
    Object before = identity(found);
    try (FileChannel old =
            FileChannel.open(found, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileLock free = old.tryLock()) {
      // A living process may have put another file in its place, and let go of this one.
      if (free != null && before.equals(identity(found))) {
        keep.keep(left(name(found), Channels.newInputStream(old).readAllBytes()));
        boolean _ = Files.deleteIfExists(next(found)); // killed while it was rewritten
        boolean _ = Files.deleteIfExists(found);
      }
    }
  }

  /** Of this process: no other one, in whatever folder, has ever had it. */
  String name() {
    return name(file);
  }

  private static String name(Path file) {
    String name = file.getFileName().toString();
    return name.substring(0, name.length() - SUFFIX.length());
  }

  private static Path next(Path file) {
    return file.resolveSibling(file.getFileName() + ".new");
  }

  private static Object identity(Path file) throws IOException {
    Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    return key == null ? file : key;
  }

  /** Takes over what was left. */
  @FunctionalInterface
  interface Keep {
    void keep(Left left) throws IOException;
  }

  /**
   * What was begun and has not ended, and what has ended and was not told.
   *
   * @param process that died, by the name of its journal
   */
  record Left(String process, List<LlmUsage> begun, List<LlmUsage> ended) {}

  private static Left left(String process, byte[] bytes) throws IOException {
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
    return new Left(process, new ArrayList<>(begun.values()), new ArrayList<>(ended.values()));
  }

  private void append(byte type, byte[] message) throws IOException {
    out.append(record(type, message));
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

  @Override
  public void close() throws IOException {
    out.close();
    OWN.remove(file);
  }

  /** Closes it and, when nothing is left in it, takes it away. */
  void leave(boolean empty) throws IOException {
    out.close();
    if (empty) {
      boolean _ = Files.deleteIfExists(file);
    }
    OWN.remove(file);
  }
}
