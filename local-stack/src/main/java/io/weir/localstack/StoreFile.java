package io.weir.localstack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data of a server in a directory: {@code mongo.mv}, whose maps have a {@link StoredType}.
 * Earlier versions wrote {@code mongo.h2}, with Java serialization. A file does not say how its
 * values are written, so the forms have names of their own, and this one a version.
 */
final class StoreFile {

  /** Counted up when a tag of {@link StoredForm} changes its meaning. */
  static final int FORM = 1;

  static final String NAME = "mongo.mv";
  static final String OLD_NAME = "mongo.h2";

  private static final Logger LOG = LoggerFactory.getLogger(StoreFile.class);

  private StoreFile() {}

  /**
   * Opens or creates the file, after what an earlier version left was copied into it. Throws {@link
   * StackException} when it is another process's at the moment or of a form unknown here.
   */
  static MVStore open(Path directory, StoredType type) {
    Path file = directory.resolve(NAME).toAbsolutePath();
    Path old = directory.resolve(OLD_NAME).toAbsolutePath();
    if (Files.exists(old)) {
      if (Files.exists(file)) {
        LOG.warn("{} is ignored, because {} is there; move one of them away", old, file);
      } else {
        copy(old, file, type);
      }
    }
    if (Files.exists(file)) {
      findNewest(file);
    }
    MVStore store = open(file, settings(file.toString()));
    int form = store.getStoreVersion();
    if (form != FORM && (form != 0 || !store.getMapNames().isEmpty())) {
      store.closeImmediately();
      throw new StackException(
          "%s has form %d, and this version of Weir reads form %d. Start the version that wrote it, or move the file away."
              .formatted(file, form, FORM));
    }
    store.setStoreVersion(FORM);
    openAll(store, type);
    return store;
  }

  /** A store without a file. */
  static MVStore inMemory() {
    return new MVStore.Builder().autoCommitDisabled().autoCommitBufferSize(0).open();
  }

  /**
   * Begins with a commit onto the newest state, for which all of the file is looked through (half a
   * second for 300 MB). The stock way follows a chain from the file's head, which breaks when the
   * process is killed between two writes of a commit, one over a part of that chain and one of the
   * head: then the last commits before that one would be gone as well. What is open for use must
   * not be in this mode, in which a page that can't be read is an empty one.
   */
  private static void findNewest(Path file) {
    MVStore store = open(file, settings(file.toString()).recoveryMode().autoCompactFillRate(0));
    store.setStoreVersion(store.getStoreVersion()); // or there would be nothing to commit
    store.commit();
    store.closeImmediately(); // an orderly close can fall back to what was there before
  }

  static MVStore.Builder settings(String file) {
    return new MVStore.Builder()
        .fileName(file)
        // The store's own background commit could catch a half-done command.
        .autoCommitDisabled()
        .autoCommitBufferSize(0);
  }

  private static MVStore open(Path file, MVStore.Builder settings) {
    try {
      return settings.open();
    } catch (MVStoreException e) {
      throw new StackException(
          "Could not open %s: %s. Is another server running on the same data?"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  /** Before the back end meets them: it would open them as it does in a file of the old form. */
  private static void openAll(MVStore store, StoredType type) {
    for (String name : store.getMapNames()) {
      store.openMap(name, type.maps());
    }
  }

  /** All or nothing: the new file gets its name when it is whole, and then the old one another. */
  private static void copy(Path old, Path file, StoredType type) {
    Path part = file.resolveSibling(NAME + ".part");
    // Opened for writing, which nobody else can do at the same time.
    MVStore from = open(old, settings(old.toString()));
    try {
      if (Files.exists(file)) {
        return; // Another process did it between two looks.
      }
      Files.deleteIfExists(part);
      copyMaps(from, part, type);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | MVStoreException | IllegalArgumentException e) {
      throw new StackException(
          "Could not bring %s into the present form: %s. It is untouched; start the version of Weir that wrote it, or move it away."
              .formatted(old, e.getMessage()),
          e);
    } finally {
      from.closeImmediately();
    }
    Path kept = old.resolveSibling(OLD_NAME + ".old");
    try {
      Files.move(old, kept);
      LOG.info("{} was copied to {} and is kept as {}", old, file, kept);
    } catch (IOException e) {
      LOG.warn("{} was copied to {} and may be deleted", old, file, e);
    }
  }

  private static void copyMaps(MVStore from, Path part, StoredType type) {
    // With its own commits: nobody reads it before it is whole.
    try (MVStore to = new MVStore.Builder().fileName(part.toString()).open()) {
      to.setRetentionTime(0);
      to.setVersionsToKeep(0);
      to.setStoreVersion(FORM);
      for (String name : from.getMapNames()) {
        MVMap<Object, Object> source = from.openMap(name);
        MVMap<Object, Object> target = to.openMap(name, type.maps());
        source.forEach(target::put);
      }
      to.commit();
      to.sync();
    }
  }
}
