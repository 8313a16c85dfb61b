package io.weir.benchmarks.subject;

import io.nats.client.Connection;
import io.nats.client.ConsumeOptions;
import io.nats.client.Message;
import io.nats.client.MessageConsumer;
import io.weir.benchmarks.measure.Cell;
import io.weir.benchmarks.measure.Running;
import io.weir.benchmarks.measure.Site;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Loops on the bare client that consume, handle and acknowledge: without metrics, tracing, leases,
 * dead letters, and without a thought for reconnects.
 */
public final class RawConsumers {
  private RawConsumers() {}

  /** The client's own {@code consume()}; the handler runs on its thread. */
  public static Running consume(Site site, Cell cell, String run) throws Exception {
    Connection connection = RawClient.connect(site);
    site.makeConsumer(cell.size(), RawClient.consumer(cell, run));
    var done = new LongAdder();
    MessageConsumer consumer =
        connection
            .getStreamContext(Site.input(cell.size()))
            .getConsumerContext(run)
            .consume(
                ConsumeOptions.builder().batchSize(RawClient.batch(cell)).build(),
                message -> {
                  cell.handling().run();
                  message.ack();
                  done.increment();
                });
    return running(
        done,
        () -> {
          consumer.close();
          connection.close();
        });
  }

  /**
   * Own pull requests on a plain subscription, the handler on the client's thread: the quickest
   * loop there is. Asks again when half of what it asked for has come.
   */
  public static Running inline(Site site, Cell cell, String run) throws Exception {
    Connection connection = RawClient.connect(site);
    site.makeConsumer(cell.size(), RawClient.consumer(cell, run));
    var done = new LongAdder();
    var pulls = new Pulls(connection, Site.input(cell.size()), run);
    int batch = RawClient.batch(cell);
    var loop =
        new Consumer<Message>() {
          private int missing = batch;

          @Override
          public void accept(Message message) {
            cell.handling().run();
            message.ack();
            done.increment();
            missing--;
            if (missing <= batch / 2) {
              pulls.ask(batch - missing);
              missing = batch;
            }
          }
        };
    pulls.listen(loop);
    pulls.ask(batch);
    return running(done, connection);
  }

  /**
   * Own pull requests on a plain subscription, a virtual thread a message, never more in hand than
   * the concurrency: what does the same as the library's consumer with the least work.
   */
  public static Running virtualThreads(Site site, Cell cell, String run) throws Exception {
    return virtualThreads(site, cell, run, (message, connection) -> message.ack());
  }

  /** What follows the handler. */
  interface End {
    void of(Message message, Connection connection) throws Exception;
  }

  static Running virtualThreads(Site site, Cell cell, String run, End end) throws Exception {
    Connection connection = RawClient.connect(site);
    site.makeConsumer(cell.size(), RawClient.consumer(cell, run));
    var done = new LongAdder();
    var pulls = new Pulls(connection, Site.input(cell.size()), run);
    int most = RawClient.batch(cell);
    int worthAPull = Math.max(1, most / 4);
    var free = new AtomicInteger();
    var failed = new AtomicReference<@Nullable Exception>();
    pulls.listen(
        message -> {
          var _ =
              Thread.startVirtualThread(
                  () -> {
                    try {
                      cell.handling().run();
                      end.of(message, connection);
                      done.increment();
                      if (free.incrementAndGet() >= worthAPull) {
                        int count = free.getAndSet(0);
                        if (count > 0) {
                          pulls.ask(count);
                        }
                      }
                    } catch (Exception e) {
                      failed.compareAndSet(null, e);
                    }
                  });
        });
    pulls.ask(most);
    return new Running() {
      @Override
      public long done() {
        Exception reason = failed.get();
        if (reason != null) {
          throw new IllegalStateException("a message failed", reason);
        }
        return done.sum();
      }

      @Override
      public void close() throws Exception {
        connection.close();
      }
    };
  }

  private static Running running(LongAdder done, AutoCloseable end) {
    return new Running() {
      @Override
      public long done() {
        return done.sum();
      }

      @Override
      public void close() throws Exception {
        end.close();
      }
    };
  }

  /** Pull requests for one consumer, answered on one inbox. */
  private static final class Pulls {
    private final Connection connection;
    private final String subject;
    private final String inbox;

    Pulls(Connection connection, String stream, String durable) {
      this.connection = connection;
      this.subject = "$JS.API.CONSUMER.MSG.NEXT.%s.%s".formatted(stream, durable);
      this.inbox = connection.createInbox();
    }

    void listen(Consumer<Message> each) {
      var _ =
          connection
              .createDispatcher()
              .subscribe(
                  inbox,
                  message -> {
                    if (!message.isStatusMessage()) {
                      each.accept(message);
                    }
                  });
    }

    void ask(int count) {
      String body = "{\"batch\":" + count + ",\"expires\":30000000000}";
      connection.publish(subject, inbox, body.getBytes(StandardCharsets.UTF_8));
    }
  }
}
