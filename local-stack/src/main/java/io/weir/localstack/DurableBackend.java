package io.weir.localstack;

import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.bson.Document;
import io.netty.channel.Channel;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.h2.mvstore.MVStore;

/**
 * The H2 back end, with three of its habits mended. Nothing is answered before it is in the file:
 * the stock one writes once a second, so that a killed process loses hundreds of acknowledged
 * writes. And an answer is a copy: the stock one changes stored documents in place and hands the
 * same objects to the encoder, so that a reader can see half of an update. And the file has a form
 * of its own ({@link StoreFile}): the stock one, Java serialization, took most of the server's
 * time.
 *
 * <p>Commands, with the copying of their answer, and commits take turns. So a commit never catches
 * a document without its index entry, and commands that end while one is written share the next.
 */
final class DurableBackend extends H2Backend {

  private static final int COMMITS_BETWEEN_COMPACTIONS = 512;
  private static final int WANTED_FILL_PERCENT = 60;
  private static final int COMPACTION_BYTES = 4 << 20;

  private final MVStore store;
  private final StoredType type;
  private final ReentrantLock turn = new ReentrantLock(true);
  private int commits;

  private DurableBackend(MVStore store, StoredType type) {
    // Before the call of super, which opens the databases that are there.
    this.store = store;
    this.type = type;
    super(store);
  }

  /** Opens or creates the data in this directory; throws {@link StackException} as said there. */
  static DurableBackend open(Path directory) {
    StoredType type = new StoredType();
    return on(StoreFile.open(directory, type), type);
  }

  static DurableBackend withoutFile() {
    return on(StoreFile.inMemory(), new StoredType());
  }

  static DurableBackend on(MVStore store, StoredType type) {
    // Both keep old versions of pages, which nobody reads here; with their defaults the file grows
    // tenfold.
    store.setRetentionTime(0);
    store.setVersionsToKeep(0);
    DurableBackend backend = new DurableBackend(store, type);
    backend.commitChanges();
    return backend;
  }

  @Override
  protected MongoDatabase openOrCreateDatabase(String databaseName) {
    return new CompactDatabase(databaseName, store, type, getCursorRegistry());
  }

  @Override
  public Document handleCommand(
      Channel channel, String databaseName, String command, Document query) {
    turn.lock();
    try {
      return super.handleCommand(channel, databaseName, command, query).cloneDeeply();
    } finally {
      turn.unlock();
      // Also after a failed command, which may have done a part, and a read, which must not tell
      // what a kill would undo.
      commitChanges();
    }
  }

  @Override
  public void close() {
    turn.lock();
    try {
      if (!store.isClosed()) {
        super.close();
      }
    } finally {
      turn.unlock();
    }
  }

  private void commitChanges() {
    if (!store.hasUnsavedChanges()) {
      return;
    }
    turn.lock();
    try {
      if (store.hasUnsavedChanges()) {
        store.commit();
        commits++;
        if (commits % COMMITS_BETWEEN_COMPACTIONS == 0) {
          store.compact(WANTED_FILL_PERCENT, COMPACTION_BYTES);
        }
      }
    } finally {
      turn.unlock();
    }
  }
}
