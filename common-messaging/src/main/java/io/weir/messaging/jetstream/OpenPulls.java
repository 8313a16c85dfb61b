package io.weir.messaging.jetstream;

import io.weir.messaging.flow.Permits;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The pulls that the server still owes messages or an end. Guarded by the lock of its {@link
 * PullLoop}.
 */
final class OpenPulls {
  private static final class Pull {
    final PullInboxes.Inbox inbox;
    long lastHeard = System.nanoTime();

    Pull(PullInboxes.Inbox inbox) {
      this.inbox = inbox;
    }
  }

  private final Permits permits;
  private final PullInboxes inboxes;
  private final Map<Long, Pull> open = new HashMap<>();

  OpenPulls(Permits permits, PullInboxes inboxes) {
    this.permits = permits;
    this.inboxes = inboxes;
  }

  /** Notes a pull whose permits are reserved; returns where it is answered. */
  PullInboxes.Inbox add(long id) {
    Pull pull = new Pull(inboxes.open(id));
    open.put(id, pull);
    return pull.inbox;
  }

  boolean isEmpty() {
    return open.isEmpty();
  }

  /**
   * The server said something about a pull.
   *
   * @return whether it is open
   */
  boolean heard(long id) {
    Pull pull = open.get(id);
    if (pull != null) {
      pull.lastHeard = System.nanoTime();
    }
    return pull != null;
  }

  /** The pull is over: nothing more comes for it, and its inbox can serve another. */
  void end(long id) {
    permits.ended(id);
    Pull pull = open.remove(id);
    if (pull != null) {
      inboxes.ended(pull.inbox);
    }
  }

  /** The pull is given up, though late messages may still come for it. */
  void giveUp(long id) {
    permits.ended(id);
    Pull pull = open.remove(id);
    if (pull != null) {
      inboxes.givenUp(pull.inbox);
    }
  }

  void giveUpAll() {
    List.copyOf(open.keySet()).forEach(this::giveUp);
  }

  /**
   * Gives up the pulls that the server has not spoken of for {@code silence}.
   *
   * @return how many
   */
  int giveUpSilent(Duration silence) {
    long now = System.nanoTime();
    List<Long> silent =
        open.entrySet().stream()
            .filter(entry -> now - entry.getValue().lastHeard > silence.toNanos())
            .map(Map.Entry::getKey)
            .toList();
    silent.forEach(this::giveUp);
    return silent.size();
  }
}
