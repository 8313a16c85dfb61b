package io.weir.gateway;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.messaging.Codec;
import io.weir.messaging.Outcome;
import io.weir.messaging.Outgoing;
import io.weir.messaging.RequestFailedException;
import io.weir.messaging.SubjectTemplate;
import io.weir.messaging.jetstream.BrokerSettings;
import io.weir.messaging.jetstream.ConsumerOptions;
import io.weir.messaging.jetstream.ConsumerSpec;
import io.weir.messaging.jetstream.DeadLetters;
import io.weir.messaging.jetstream.Messaging;
import io.weir.messaging.runtime.Component;
import io.weir.platform.contract.Codecs;
import io.weir.platform.contract.Streams;
import io.weir.platform.contract.Subjects;
import io.weir.platform.live.TokenReader;
import io.weir.proto.v1.LlmRequest;
import io.weir.proto.v1.LlmResponse;
import io.weir.testsupport.Await;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Somebody who sends durable chat requests and collects what comes back. */
final class DurableAsker {
  private static final Duration SOON = Duration.ofSeconds(60);

  private final Map<String, List<Object>> answers = new ConcurrentHashMap<>();
  private final List<Component> components = new ArrayList<>();
  private final Messaging messaging;

  DurableAsker(String natsUrl) throws Exception {
    messaging =
        new Messaging(
            "asker", BrokerSettings.local(natsUrl), new SimpleMeterRegistry(), Clock.systemUTC());
    add(messaging);
    add(messaging.streams(Streams.LLM_REQUESTS, Streams.LLM_RESPONSES, Streams.LLM_STREAMS));
    listen("responses", Codecs.LLM_RESPONSE, Subjects.LLM_RESPONSE);
    listen("errors", Codecs.LLM_ERROR, Subjects.LLM_ERROR);
  }

  /** Sends a request whose body is {@code json}; its correlation is its message id too. */
  void request(String correlation, String json) {
    request(correlation, json, "");
  }

  /** The same, paid by that key. */
  void request(String correlation, String json, String key) {
    LlmRequest request = message(correlation, json, key);
    publish(
        Outgoing.of(
            Subjects.LLM_REQUEST.with(), correlation, Codecs.LLM_REQUEST, request, correlation));
  }

  void publish(Outgoing message) {
    long _ = messaging.publisher().publish(message);
  }

  /** Waits for the first answer, a response or an error. */
  Object answer(String correlation) throws InterruptedException {
    return Await.value(
        "the answer to " + correlation,
        SOON,
        () -> answers(correlation).stream().findFirst().orElse(null));
  }

  private static LlmRequest message(String correlation, String json, String key) {
    return LlmRequest.newBuilder()
        .setCorrelationId(correlation)
        .setRequestJson(ByteString.copyFrom(json, StandardCharsets.UTF_8))
        .setKeyId(key)
        .build();
  }

  /** Asks and waits for the answer itself, once somebody listens. */
  LlmResponse ask(String correlation, String json) throws InterruptedException {
    return ask(correlation, json, "");
  }

  /** The same, paid by that key. */
  LlmResponse ask(String correlation, String json, String key) throws InterruptedException {
    LlmRequest request = message(correlation, json, key);
    Object answer = Await.value("an answer", SOON, () -> asked(request));
    if (answer instanceof RequestFailedException.Refused refused) {
      throw refused;
    }
    return (LlmResponse) answer;
  }

  private @Nullable Object asked(LlmRequest request) throws InterruptedException {
    try {
      return messaging
          .requests()
          .request(Subjects.LLM_CHAT.with(), Codecs.LLM_REQUEST, request, Codecs.LLM_RESPONSE);
    } catch (RequestFailedException.Refused e) {
      return e;
    } catch (RequestFailedException.NoResponders e) {
      return null;
    }
  }

  /** Begins to read the tokens of an answer; to be closed by whoever wants no more. */
  Component tokens(String correlation, TokenReader.Place from, TokenReader reader)
      throws Exception {
    Component tail =
        messaging.tail(
            Streams.LLM_STREAMS,
            Subjects.LLM_STREAM.with(correlation),
            from.sequence(),
            Codecs.LLM_CHUNK,
            reader);
    tail.start();
    return tail;
  }

  /** All that has come so far. */
  List<Object> answers(String correlation) {
    return answers.getOrDefault(correlation, List.of());
  }

  DeadLetters deadLetters() {
    return messaging.deadLetters();
  }

  void close() throws InterruptedException {
    for (Component component : components.reversed()) {
      component.drain(Duration.ofSeconds(5));
      component.close();
    }
  }

  private void add(Component component) throws Exception {
    component.start();
    components.add(component);
  }

  private <T extends Message> void listen(String name, Codec<T> codec, SubjectTemplate subjects)
      throws Exception {
    add(
        messaging.consumer(
            ConsumerSpec.of(Streams.LLM_RESPONSES.name(), name).filteredBy(subjects),
            codec,
            delivery -> {
              answers
                  .computeIfAbsent(delivery.correlationId(), id -> new CopyOnWriteArrayList<>())
                  .add(delivery.payload());
              return Outcome.done();
            },
            ConsumerOptions.DEFAULT));
  }
}
