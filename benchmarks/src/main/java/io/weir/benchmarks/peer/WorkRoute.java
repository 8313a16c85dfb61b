package io.weir.benchmarks.peer;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.StringValue;
import io.nats.client.JetStreamApiException;
import io.weir.faults.worker.Labour;
import io.weir.faults.worker.Work;
import io.weir.messaging.Outgoing;
import java.io.IOException;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;

/**
 * The work as Camel routes: decode, attempt, publish the result; acknowledged by the client when
 * the route has ended. A route's end is all that counts, failed or not, so no failure may end it
 * before the message is in another stream: what the broker refuses is tried again for ever, what
 * fails otherwise three times becomes a dead letter, what no retry can help at once.
 */
final class WorkRoute extends RouteBuilder {
  static final String SUBJECTS = "work.*";

  private static final String JETSTREAM = "?connection=#connection&jetstreamEnabled=true";
  private static final String FROM =
      "nats:"
          + SUBJECTS
          + JETSTREAM
          + "&jetstreamName=%s&durableName=%s&queueName=%s&pullSubscription=false&poolSize=1&replyToDisabled=true&consumerConfiguration=#consumer"
              .formatted(Work.STREAM, Work.CONSUMER, Work.CONSUMER);
  private static final String RESULTS =
      "nats:${exchangeProperty.subject}" + JETSTREAM + "&jetstreamAsync=false";
  private static final String DEAD_LETTERS =
      "nats:dlq.%s.%s".formatted(Work.STREAM, Work.CONSUMER) + JETSTREAM + "&jetstreamAsync=false";
  private static final String BURY = "direct:bury";

  private static final String MESSAGE_ID = "Nats-Msg-Id";

  /** A second failure, or the retries would outlast the ack-wait. */
  private static final int RETRIES = 2;

  private static final long RETRY_MILLIS = 250;
  private static final long BROKER_RETRY_MILLIS = 500;
  private static final Pattern DOT = Pattern.compile("\\.");
  private static final int DELIVERED = 4;

  private final Labour labour;
  private final int concurrency;

  /** No retry can help. */
  static final class HopelessException extends Exception {
    private static final long serialVersionUID = 1;
  }

  WorkRoute(Labour labour, int concurrency) {
    this.labour = labour;
    this.concurrency = concurrency;
  }

  @Override
  public void configure() {
    errorHandler(
        deadLetterChannel(BURY)
            .useOriginalMessage()
            .maximumRedeliveries(RETRIES)
            .redeliveryDelay(RETRY_MILLIS)
            .useExponentialBackOff()
            .backOffMultiplier(2));
    var _ =
        onException(InvalidProtocolBufferException.class, HopelessException.class)
            .handled(true)
            .useOriginalMessage()
            .to(BURY);
    var _ =
        onException(IOException.class, JetStreamApiException.class)
            .maximumRedeliveries(-1)
            .redeliveryDelay(BROKER_RETRY_MILLIS);

    var _ =
        from(BURY)
            .errorHandler(
                defaultErrorHandler().maximumRedeliveries(-1).redeliveryDelay(BROKER_RETRY_MILLIS))
            .process(WorkRoute::address)
            .to(DEAD_LETTERS);
    for (int i = 0; i < concurrency; i++) {
      var _ = from(FROM).process(WorkRoute::decode).process(this::attempt).toD(RESULTS);
    }
  }

  private static void decode(Exchange exchange) throws InvalidProtocolBufferException {
    exchange.getIn().setBody(StringValue.parseFrom(exchange.getIn().getBody(byte[].class)));
  }

  private void attempt(Exchange exchange) throws Exception {
    String id = exchange.getIn().getHeader(MESSAGE_ID, String.class);
    switch (labour.attempt(id, attemptNumber(exchange))) {
      case GOOD -> answer(exchange, Work.result(id));
      case DEAD, RUBBISH -> throw new HopelessException();
      case FAILING -> throw new IllegalStateException("fails every time");
    }
  }

  private static void answer(Exchange exchange, Outgoing result) {
    exchange.setProperty("subject", result.subject().name());
    exchange.getIn().setBody(result.payload().toByteArray());
    exchange.getIn().setHeader(MESSAGE_ID, result.id());
    exchange.getIn().setHeader("Content-Type", result.contentType());
    exchange.getIn().setHeader("Weir-Message-Type", result.messageType());
    exchange.getIn().setHeader("Weir-Correlation-Id", result.correlationId());
  }

  /**
   * The message keeps its id, by which the stream of dead letters drops a second copy, and names
   * the original once more where the platform's tools look for it.
   */
  private static void address(Exchange exchange) {
    exchange
        .getIn()
        .setHeader("Weir-Original-" + MESSAGE_ID, exchange.getIn().getHeader(MESSAGE_ID));
  }

  /** Deliveries by the server, and retries in the route, which it knows nothing of. */
  private static int attemptNumber(Exchange exchange) {
    String[] reply = DOT.split(exchange.getIn().getHeader("CamelNatsReplyTo", String.class), -1);
    int delivered = Integer.parseInt(reply[reply.length > 9 ? DELIVERED + 2 : DELIVERED]);
    return delivered + exchange.getIn().getHeader(Exchange.REDELIVERY_COUNTER, 0, Integer.class);
  }
}
