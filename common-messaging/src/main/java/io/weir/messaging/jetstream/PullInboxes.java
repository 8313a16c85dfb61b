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
  /** Where the answers of one pull come. */
  private static final class Inbox {
    private final String prefix;
    private final Subscription subscription;
    private volatile long pull;
    private long retiredAt;

    private Inbox(String prefix, Dispatcher dispatcher, BiConsumer<Long, Message> arrived) {
      this.prefix = prefix;
      this.subscription =
          dispatcher.subscribe(prefix + ".*", message -> arrived.accept(pull, message));
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

  /** The reply subject for {@code pull}; a status message shows it. */
  String open(long pull) {
    Inbox inbox = idle.poll();
    if (inbox == null) {
      inbox = new Inbox(connection.createInbox(), dispatcher, arrived);
    }
    inbox.pull = pull;
    open.put(pull, inbox);
    return inbox.prefix + "." + pull;
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

  /** The pull that a reply subject was made for; -1 for any other subject. */
  static long pullOf(String subject) {
    try {
      return Long.parseLong(subject.substring(subject.lastIndexOf('.') + 1));
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
