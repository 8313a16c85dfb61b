package io.weir.localstack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.store.fs.Recorder;
import org.h2.store.fs.rec.FilePathRec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The process is killed at every write of its file, before, within and after it: whatever was
 * committed until then is there.
 */
class StoreFileKilledIT {
  private static final int COMMITS = 400;

  /** How much of a write reaches the file, of so many parts. */
  private static final int PARTS = 2;

  @TempDir Path written;
  @TempDir Path left;
  private final StoredType type = new StoredType();
  private final List<Write> writes = new ArrayList<>();
  private int committed;

  /**
   * One to the file.
   *
   * @param at which byte; an end of the file there when there is nothing to write
   * @param committed how many commits were over when it began
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Write(long at, byte[] bytes, boolean truncates, int committed) {}

  @AfterEach
  void noMoreIsRecorded() {
    FilePathRec.setRecorder(null);
  }

  @Test
  void noCommitIsLostWhereverAKillComes() throws Exception {
    writeAll();
    Path file = left.resolve(StoreFile.NAME);
    var lost = new ArrayList<String>();
    try (var image = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      for (int i = 0; i < writes.size(); i++) {
        Write write = writes.get(i);
        for (int part = 0; part <= PARTS; part++) {
          apply(write, part, image);
          int there = write.committed() == 0 ? 0 : there(file);
          if (there < write.committed()) {
            lost.add(
                "write %d, %d/%d: %d of %d".formatted(i, part, PARTS, there, write.committed()));
          }
        }
      }
    }
    assertEquals(List.of(), lost);
  }

  @Test
  void whatCanNotBeReadIsAnErrorAndNotAbsent() throws Exception {
    MVStore store = StoreFile.open(left, type);
    MVMap<Object, Object> documents = store.openMap("documents", type.maps());
    for (int i = 0; i < 5_000; i++) {
      documents.put(i, "content " + i);
    }
    store.commit();
    documents.put(5_000, "more");
    store.close();
    Path file = left.resolve(StoreFile.NAME);
    try (var damaged = FileChannel.open(file, StandardOpenOption.WRITE)) {
      int _ = damaged.write(ByteBuffer.allocate(16_000), Files.size(file) / 2);
    }
    assertThrows(
        MVStoreException.class,
        () -> {
          MVStore again = StoreFile.open(left, type);
          try {
            MVMap<Object, Object> there = again.openMap("documents", type.maps());
            for (int i = 0; i < 5_000; i++) {
              var _ = there.get(i);
            }
          } finally {
            again.closeImmediately();
          }
        });
  }

  private void writeAll() {
    FilePathRec.register();
    FilePathRec.setRecorder(
        (op, name, bytes, at) -> {
          if (op == Recorder.WRITE || op == Recorder.TRUNCATE) {
            boolean truncates = op == Recorder.TRUNCATE;
            writes.add(
                new Write(at, truncates ? new byte[0] : bytes.clone(), truncates, committed));
          }
        });
    MVStore store = StoreFile.settings("rec:" + written.resolve("store")).open();
    store.setStoreVersion(StoreFile.FORM);
    DurableBackend backend = DurableBackend.on(store, type); // as a server has it
    MVMap<Object, Object> documents = store.openMap("documents", type.maps());
    MVMap<Object, Object> index = store.openMap("index", type.maps());
    MVMap<Object, Object> about = store.openMap("about", type.maps());
    var random = new Random(1);
    for (int i = 0; i < COMMITS; i++) {
      documents.put(i, "content ".repeat(20));
      index.put(random.nextInt(100_000), i);
      about.put("size", i);
      store.commit();
      committed++;
    }
    backend.close();
  }

  private static void apply(Write write, int part, FileChannel image) throws IOException {
    if (write.truncates()) {
      image.truncate(part == 0 ? image.size() : write.at());
    } else {
      var bytes = ByteBuffer.wrap(write.bytes(), 0, write.bytes().length * part / PARTS);
      while (bytes.hasRemaining()) {
        image.write(bytes, write.at() + bytes.position());
      }
    }
  }

  /** How many commits the file has when a server starts on a copy of it. */
  private int there(Path file) throws IOException {
    Path directory = Files.createDirectories(left.resolve("start"));
    Path copy = directory.resolve(StoreFile.NAME);
    Files.deleteIfExists(copy);
    Files.copy(file, copy);
    MVStore store = StoreFile.open(directory, type);
    try {
      MVMap<Object, Object> documents = store.openMap("documents", type.maps());
      return documents.size();
    } finally {
      store.closeImmediately();
    }
  }
}
