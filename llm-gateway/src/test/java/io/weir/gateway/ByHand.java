package io.weir.gateway;

import com.google.protobuf.ByteString;
import com.google.protobuf.util.JsonFormat;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import io.weir.platform.contract.Codecs;
import io.weir.platform.contract.Subjects;
import io.weir.proto.v1.LlmRequest;
import io.weir.proto.v1.LlmResponse;
import io.weir.testsupport.Await;
import io.weir.testsupport.TestNats;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Somebody who asks in JSON with the headers that he likes, as the command line of NATS does. */
final class ByHand {
  private static final Duration SOON = Duration.ofMinutes(3);

  private final Connection connection;
  private final Map<String, String> headers;
  private final String key;

  ByHand(String url, Map<String, String> headers) throws Exception {
    this(url, headers, "");
  }

  /**
   * @param key the id of the key that pays; empty for none
   */
  ByHand(String url, Map<String, String> headers, String key) throws Exception {
    this.connection = TestNats.connect(url);
    this.headers = Map.copyOf(headers);
    this.key = key;
  }

  void publish(String correlation, String json) throws Exception {
    var _ =
        connection
            .jetStream()
            .publish(message(Subjects.LLM_REQUEST.with().name(), correlation, json));
  }

  /** Asks once somebody listens. */
  LlmResponse ask(String correlation, String json) throws InterruptedException {
    return Await.value("an answer", SOON, () -> asked(correlation, json));
  }

  /** Why an answer is refused, its code before its words; somebody listens. */
  String refusal(String correlation, String json) throws Exception {
    Message reply =
        Objects.requireNonNull(
            connection.request(message(Subjects.LLM_CHAT.with().name(), correlation, json), SOON));
    Headers all = reply.getHeaders();
    return all.getFirst("Nats-Service-Error-Code") + " " + all.getFirst("Nats-Service-Error");
  }

  private @Nullable LlmResponse asked(String correlation, String json) throws Exception {
    Message reply =
        connection.request(message(Subjects.LLM_CHAT.with().name(), correlation, json), SOON);
    return reply == null || reply.isStatusMessage() || reply.getData().length == 0
        ? null
        : Codecs.LLM_RESPONSE.decode(ByteString.copyFrom(reply.getData()), "");
  }

  void close() throws InterruptedException {
    connection.close();
  }

  private Message message(String subject, String correlation, String json) throws Exception {
    Headers all = new Headers().put("Content-Type", "application/json");
    headers.forEach((name, value) -> all.put(name, value));
    return NatsMessage.builder()
        .subject(subject)
        .headers(all)
        .data(
            JsonFormat.printer()
                .print(
                    LlmRequest.newBuilder()
                        .setCorrelationId(correlation)
                        .setKeyId(key)
                        .setRequestJson(ByteString.copyFromUtf8(json))
                        .build()))
        .build();
  }
}
