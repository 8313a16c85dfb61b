package io.weir.benchmarks.subject;

import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import io.weir.benchmarks.measure.Cell;
import io.weir.benchmarks.measure.HeldHeap.Holder;
import io.weir.benchmarks.measure.Site;
import io.weir.messaging.Outcome;
import io.weir.messaging.jetstream.Consumer;
import io.weir.messaging.jetstream.ConsumerOptions;
import io.weir.messaging.jetstream.ConsumerSpec;
import io.weir.messaging.jetstream.Messaging;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;

/** Consumers whose handlers wait, each on a virtual thread with its message in hand. */
public final class Holders {
  private static final Duration ACK_WAIT = Duration.ofMinutes(1);
  private static final Duration END = Duration.ofSeconds(10);

  private Holders() {}

  /** The library's consumer, with all that is on by default. */
  public static Holder weir(Site site, Cell cell, String run) throws Exception {
    var release = new CountDownLatch(1);
    var held = new LongAdder();
    Messaging messaging = WeirSubjects.withoutTracingSdk().messaging(site);
    Consumer<?> consumer =
        messaging.consumer(
            ConsumerSpec.of(Site.input(cell.size()), run)
                .withAckWait(ACK_WAIT)
                .withMaxAckPending(2 * cell.concurrency()),
            new BytesCodec(),
            delivery -> {
              held.increment();
              release.await();
              return Outcome.done();
            },
            ConsumerOptions.DEFAULT.withConcurrency(cell.concurrency()));
    return new Holder() {
      @Override
      public void take() throws InterruptedException {
        consumer.start();
      }

      @Override
      public long held() {
        return held.sum();
      }

      @Override
      public void close() throws Exception {
        consumer.pause("the measurement is over");
        release.countDown();
        consumer.drain(END);
        consumer.close();
        WeirSubjects.stop(messaging);
      }
    };
  }

  /** A loop on the bare client: the message and the thread that has it, and nothing else. */
  public static Holder raw(Site site, Cell cell, String run) throws Exception {
    var release = new CountDownLatch(1);
    var held = new LongAdder();
    Connection connection = RawClient.connect(site);
    site.makeConsumer(cell.size(), RawClient.consumer(cell, run));
    Dispatcher dispatcher = connection.createDispatcher();
    String inbox = connection.createInbox();
    String next = "$JS.API.CONSUMER.MSG.NEXT.%s.%s".formatted(Site.input(cell.size()), run);
    byte[] ask =
        "{\"batch\":%d,\"expires\":30000000000}"
            .formatted(Math.max(1, cell.concurrency() / 10))
            .getBytes(StandardCharsets.UTF_8);
    return new Holder() {
      @Override
      public void take() {
        var _ =
            dispatcher.subscribe(
                inbox,
                message -> {
                  if (!message.isStatusMessage()) {
                    var _ = Thread.startVirtualThread(() -> hold(message));
                  }
                });
        for (int i = 0; i < 10; i++) {
          connection.publish(next, inbox, ask);
        }
      }

      private void hold(Message message) {
        held.increment();
        try {
          release.await();
          message.ack();
          held.decrement();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }

      @Override
      public long held() {
        return held.sum();
      }

      @Override
      public void close() throws Exception {
        release.countDown();
        long deadline = System.nanoTime() + END.toNanos();
        while (held.sum() > 0 && System.nanoTime() - deadline < 0) {
          Thread.onSpinWait();
        }
        connection.close();
      }
    };
  }
}
