package io.weir.gateway.usage;

import io.weir.proto.v1.LlmUsage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The calls that were begun and those that have ended and are not told yet, in memory and, between
 * {@link #open} and {@link #close}, in a journal. Thread-safe.
 */
final class Untold {
  private static final long REWRITE_ABOVE = 1 << 20;

  private final Path folder;
  private final Map<String, LlmUsage> begun = new LinkedHashMap<>();
  private final Map<String, LlmUsage> ended = new LinkedHashMap<>();
  private final Set<String> underWay = new HashSet<>();
  private @Nullable Journal journal;
  private boolean leftBehind;
  private long bytes;
  private long rewriteAbove = REWRITE_ABOVE;

  Untold(Path folder) {
    this.folder = folder;
  }

  /** Opens a journal of its own and takes over those of dead processes. */
  synchronized void open(Journal.Keep adopted) throws IOException {
    journal = Journal.create(folder);
    Journal.adopt(
        folder,
        left -> {
          left.ended().forEach(this::note);
          left.begun().forEach(this::note);
          adopted.keep(left);
        });
  }

  /**
   * A call is about to be made.
   *
   * @param unknown what it is if it never ends
   */
  synchronized void begin(LlmUsage unknown) {
    begun.put(unknown.getRequestId(), unknown);
    write(open -> open.begun(unknown));
  }

  /** A call has ended and is told by the caller; then {@link #settled} must follow. */
  synchronized void end(LlmUsage call) {
    begun.remove(call.getRequestId());
    note(call);
    underWay.add(call.getRequestId());
  }

  /** Nothing is known of it, and nothing will be told. */
  synchronized void forget(String id) {
    if (begun.remove(id) != null) {
      write(open -> open.told(id));
    }
  }

  /** The journal stays, even with nothing in it. */
  synchronized void leaveBehind() {
    leftBehind = true;
  }

  private void note(LlmUsage call) {
    LlmUsage before = ended.put(call.getRequestId(), call);
    bytes += call.getSerializedSize() - (before == null ? 0 : before.getSerializedSize());
    write(open -> open.ended(call));
  }

  /** They are told, or could not be. What is known better by now is not told by that. */
  synchronized void settled(List<LlmUsage> calls, boolean told) {
    var stored = new ArrayList<String>();
    for (LlmUsage call : calls) {
      String id = call.getRequestId();
      underWay.remove(id);
      if (told && ended.remove(id, call)) {
        bytes -= call.getSerializedSize();
        stored.add(id);
      }
    }
    // Last: what can't be noted is told again by whoever adopts the journal, and nobody waits here.
    stored.forEach(id -> write(open -> open.told(id)));
  }

  /**
   * Calls that have ended and that nobody is telling; for each of them {@link #settled} must
   * follow.
   */
  synchronized List<LlmUsage> take(int most) {
    List<LlmUsage> taken =
        ended.values().stream()
            .filter(call -> !underWay.contains(call.getRequestId()))
            .limit(most)
            .toList();
    taken.forEach(call -> underWay.add(call.getRequestId()));
    return taken;
  }

  /** The name of the journal; empty while there is none. */
  synchronized String name() {
    return journal == null ? "" : journal.name();
  }

  /** Whether one of them has ended and is not told. */
  synchronized boolean anyOf(Set<String> calls) {
    return calls.stream().anyMatch(ended::containsKey);
  }

  /** How many have ended and are not told. */
  synchronized int size() {
    return ended.size();
  }

  /** Their bytes. */
  synchronized long bytes() {
    return bytes;
  }

  /** Whether each of them is being told. */
  synchronized boolean allUnderWay() {
    return underWay.size() == ended.size();
  }

  /** Leaves the journal to whoever comes, if there is anything in it. */
  synchronized void close() throws IOException {
    Journal open = journal;
    journal = null;
    if (open != null) {
      open.leave(begun.isEmpty() && ended.isEmpty() && !leftBehind);
    }
  }

  @FunctionalInterface
  private interface Writing {
    void to(Journal journal) throws IOException;
  }

  private void write(Writing writing) {
    Journal open = journal;
    if (open == null) {
      return; // before the start, or after the end
    }
    try {
      writing.to(open);
      if (open.size() > rewriteAbove) {
        open.rewrite(begun.values(), ended.values());
        rewriteAbove = Math.max(REWRITE_ABOVE, 2 * open.size());
      }
    } catch (IOException e) {
      // A purchase that can't be noted must not be made.
      throw new UncheckedIOException("the journal of usage can't be written in " + folder, e);
    }
  }
}
