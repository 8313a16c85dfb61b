package io.weir.localstack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One stack a home: a lock that the operating system lets go when its holder dies, and beside it
 * {@code run.json}, which tells others where the stack is. A file left by a stack that died is
 * replaced.
 */
final class RunFile implements AutoCloseable {

  private final Path home;
  private final FileChannel channel;

  private RunFile(Path home, FileChannel channel) {
    this.home = home;
    this.channel = channel;
  }

  /** Takes the home; throws {@link StackException} when a stack runs there. */
  static RunFile claim(Path home) {
    // Before the lock is touched: closing a second channel of one JVM would let go of the first
    // one's lock.
    running(home)
        .ifPresent(
            stack -> {
              throw new StackException(
                  "Weir is already running in %s, pid %d. Stop it with Ctrl-C there or: kill %d"
                      .formatted(home, stack.pid(), stack.pid()));
            });
    try {
      Files.createDirectories(home);
      FileChannel channel =
          FileChannel.open(
              home.resolve("run.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (tryLock(channel) == null) {
        channel.close();
        throw new StackException(
            "Another Weir is just starting or stopping in %s. Try again in a moment."
                .formatted(home));
      }
      Files.deleteIfExists(home.resolve("run.json"));
      return new RunFile(home, channel);
    } catch (IOException e) {
      throw new StackException("Could not use %s as home: %s".formatted(home, e.getMessage()), e);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // held by this very JVM
    }
  }

  /** Tells others; written beside and moved, so that a reader never sees half of it. */
  void write(RunningStack stack) {
    ObjectNode json = Probe.JSON.createObjectNode();
    json.put("pid", stack.pid()).put("startedAt", stack.startedAt().toString());
    json.put("natsUrl", stack.natsUrl()).put("mongodbUri", stack.mongodbUri());
    ObjectNode services = json.putObject("services");
    stack.services().forEach(services::put);
    ArrayNode notes = json.putArray("notes");
    stack.notes().forEach(notes::add);
    Path draft = home.resolve("run.json.new");
    try {
      Files.deleteIfExists(draft);
      // The addresses may carry credentials.
      Files.createFile(
          draft,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(draft, json.toPrettyString() + "\n");
      Files.move(
          draft,
          home.resolve("run.json"),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new StackException(
          "Could not write %s/run.json: %s".formatted(home, e.getMessage()), e);
    }
  }

  /** The stack that runs in this home, if one does. */
  static Optional<RunningStack> running(Path home) {
    Path file = home.resolve("run.json");
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      JsonNode json = Probe.JSON.readTree(Files.readString(file));
      Map<String, String> services = new LinkedHashMap<>();
      json.path("services")
          .properties()
          .forEach(entry -> services.put(entry.getKey(), entry.getValue().asText()));
      List<String> notes = new ArrayList<>();
      json.path("notes").forEach(note -> notes.add(note.asText()));
      RunningStack stack =
          new RunningStack(
              json.path("pid").asLong(),
              Instant.parse(json.path("startedAt").asText()),
              home,
              json.path("natsUrl").asText(),
              json.path("mongodbUri").asText(),
              services,
              notes);
      return Optional.of(stack).filter(RunningStack::isAlive);
    } catch (IOException | java.time.DateTimeException e) {
      return Optional.empty(); // being replaced, or not ours: nobody who lives is told of
    }
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(home.resolve("run.json"));
      channel.close();
    } catch (IOException e) {
      throw new StackException(
          "Could not remove %s/run.json: %s".formatted(home, e.getMessage()), e);
    }
  }
}
