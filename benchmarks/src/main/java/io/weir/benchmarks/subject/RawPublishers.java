package io.weir.benchmarks.subject;

import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.Message;
import io.nats.client.api.PublishAck;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import io.weir.benchmarks.measure.Cell;
import io.weir.benchmarks.measure.Running;
import io.weir.benchmarks.measure.Site;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Loops on the bare client that publish with the headers that the library sends, and await
 * JetStream's acknowledgement. None of them sends anything again.
 */
public final class RawPublishers {
  private static final String TRACEPARENT = "traceparent";

  private RawPublishers() {}

  /** The client's {@code publish}, from as many virtual threads as the cell's concurrency. */
  public static Running sync(Site site, Cell cell, String run) throws Exception {
    site.makeOutput(run);
    Connection connection = RawClient.connect(site);
    JetStream jetStream = connection.jetStream();
    byte[] payload = Site.payload(cell.size());
    return new Publishing(
        cell.concurrency(),
        number -> jetStream.publish(message(run, "m-" + number, "c-" + number, null, payload)),
        connection);
  }

  /** The client's {@code publishAsync}, bounded by a semaphore. */
  public static Running async(Site site, Cell cell, String run) throws Exception {
    site.makeOutput(run);
    Connection connection = RawClient.connect(site);
    JetStream jetStream = connection.jetStream();
    byte[] payload = Site.payload(cell.size());
    var room = new Semaphore(cell.concurrency());
    return new Publishing(
        done -> {
          long number = 0;
          while (true) {
            room.acquire();
            number++;
            var _ =
                jetStream
                    .publishAsync(message(run, "m-" + number, "c-" + number, null, payload))
                    .whenComplete(
                        (ack, failure) -> {
                          room.release();
                          if (failure == null) {
                            done.increment();
                          }
                        });
          }
        },
        connection);
  }

  /**
   * Plain publishes that are answered on an inbox of the loop's own: the quickest way there is, and
   * without a word about what is lost.
   */
  public static Running ownInbox(Site site, Cell cell, String run) throws Exception {
    site.makeOutput(run);
    Connection connection = RawClient.connect(site);
    byte[] payload = Site.payload(cell.size());
    var room = new Semaphore(cell.concurrency());
    String inbox = connection.createInbox();
    return new Publishing(
        done -> {
          var _ =
              connection
                  .createDispatcher()
                  .subscribe(
                      inbox,
                      answer -> {
                        room.release();
                        if (isStored(answer)) {
                          done.increment();
                        }
                      });
          long number = 0;
          while (true) {
            room.acquire();
            number++;
            connection.publish(
                subject(run), inbox, headers("m-" + number, "c-" + number, null), payload);
          }
        },
        connection);
  }

  /** The client's loop that consumes, stores, publishes and then acknowledges. */
  public static Running consumePublishAck(Site site, Cell cell, String run) throws Exception {
    site.makeOutput(run);
    var store = new Store();
    return RawConsumers.virtualThreads(
        site,
        cell,
        run,
        (message, connection) -> {
          Headers in = message.getHeaders();
          String id = String.valueOf(in.getFirst("Nats-Msg-Id"));
          store.put(id, message.getData());
          var _ =
              connection
                  .jetStream()
                  .publish(
                      message(
                          run,
                          "result-" + id,
                          String.valueOf(in.getFirst("Weir-Correlation-Id")),
                          in.getFirst(TRACEPARENT),
                          message.getData()));
          message.ack();
        });
  }

  private static boolean isStored(Message answer) {
    try {
      return new PublishAck(answer).getSeqno() > 0;
    } catch (Exception e) {
      return false;
    }
  }

  private static Message message(
      String run, String id, String correlationId, @Nullable String traceparent, byte[] payload) {
    return NatsMessage.builder()
        .subject(subject(run))
        .headers(headers(id, correlationId, traceparent))
        .data(payload)
        .build();
  }

  private static Headers headers(String id, String correlationId, @Nullable String traceparent) {
    var headers = new Headers();
    headers.put("Nats-Msg-Id", id);
    headers.put("Content-Type", Site.CONTENT_TYPE);
    headers.put("Weir-Message-Type", Site.MESSAGE_TYPE);
    headers.put("Weir-Correlation-Id", correlationId);
    if (traceparent != null) {
      headers.put(TRACEPARENT, traceparent);
    }
    return headers;
  }

  private static String subject(String run) {
    return "out-" + run + ".1";
  }
}
