package io.weir.messaging.jetstream;

import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import io.nats.client.Subscription;
import io.weir.messaging.flow.PullState;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The inboxes that pulls are answered on. A message does not tell which pull it answers, so each
 * open pull has an inbox of its own; one whose pull ended in order serves the next. An inbox whose
 * pull was given up is listened to until nothing can come for it any more. Guarded by the lock of
 * its {@link PullLoop}.
 */
final class PullInboxes implements PullState.Ends {
  /**
   * A subject that a server has not seen costs it a search of all subscriptions and a place in its
   * cache, for each pull. So an inbox has only some, enough that none comes again while something
   * may be said of the pull before.
   */
  private static final int SUBJECTS = 16;

  /** A pull, and the end of the subject that only its answers come on for now. */
  private record Use(long pull, int number) {}

  /** Where the answers of one pull come. */
  private static final class Inbox {
    private final String prefix;
    private final BiConsumer<Long, Message> arrived;
    private final Subscription subscription;
    private volatile Use use = new Use(-1, 0);
    private long retiredAt;

    private Inbox(String prefix, Dispatcher dispatcher, BiConsumer<Long, Message> arrived) {
      this.prefix = prefix;
      this.arrived = arrived;
      this.subscription = dispatcher.subscribe(prefix + ".*", this::take);
    }

    /** The reply subject of {@code pull}. */
    private String serve(long pull) {
      use = new Use(pull, (use.number() + 1) % SUBJECTS);
      return prefix + "." + use.number();
    }

    /** A message has another subject; a status that is about an earlier pull is no news. */
    private void take(Message message) {
      Use current = use;
      if (!message.isStatusMessage() || number(message.getSubject()) == current.number()) {
        arrived.accept(current.pull(), message);
      }
    }
  }

  private final Logger log = LoggerFactory.getLogger(PullInboxes.class);
  private final Connection connection;
  private final Dispatcher dispatcher;
  private final Duration kept;
  private final BiConsumer<Long, Message> arrived;
  private final Map<Long, Inbox> open = new HashMap<>();
  private final ArrayDeque<Inbox> idle = new ArrayDeque<>();
  private final ArrayDeque<Inbox> retired = new ArrayDeque<>();

  /**
   * @param kept how long after a pull was given up something may still come for it
   * @param arrived told of each message with the pull it came for, on the client's thread
   */
  PullInboxes(Connection connection, Duration kept, BiConsumer<Long, Message> arrived) {
    this.connection = connection;
    this.dispatcher = connection.createDispatcher();
    this.kept = kept;
    this.arrived = arrived;
  }

  /** Takes no more, and waits until what is here is taken in. */
  void drain(Duration longest) throws InterruptedException {
    try {
      var drained = dispatcher.drain(longest);
      var _ = drained.get(longest.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException | IllegalStateException e) {
      log.atDebug().addKeyValue("reason", String.valueOf(e.getMessage())).log("drain of pulls");
    }
  }

  /** The reply subject for {@code pull}. */
  String open(long pull) {
    Inbox inbox = idle.poll();
    if (inbox == null) {
      inbox = new Inbox(connection.createInbox(), dispatcher, arrived);
    }
    open.put(pull, inbox);
    return inbox.serve(pull);
  }

  @Override
  public void ended(long pull) {
    Inbox inbox = open.remove(pull);
    if (inbox != null) {
      idle.add(inbox);
    }
  }

  @Override
  public void givenUp(long pull) {
    Inbox inbox = open.remove(pull);
    if (inbox != null) {
      inbox.retiredAt = System.nanoTime();
      retired.add(inbox);
    }
  }

  void unsubscribeExpired() {
    long expired = System.nanoTime() - kept.toNanos();
    while (!retired.isEmpty() && retired.peek().retiredAt - expired < 0) {
      var _ = dispatcher.unsubscribe(retired.remove().subscription);
    }
  }

  /** The number that a reply subject ends in; -1 if it ends in none. */
  static long number(String subject) {
    try {
      return Long.parseLong(subject.substring(subject.lastIndexOf('.') + 1));
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
