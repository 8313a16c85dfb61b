package io.weir.e2e;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nats.client.Connection;
import io.nats.client.impl.Headers;
import io.weir.testsupport.Await;
import io.weir.testsupport.TestNats;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Puts secrets into messages, straight into the streams of a platform. */
final class SecretMessages {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private SecretMessages() {}

  /** Publishes them and waits until all are done or buried. */
  static void publish(String natsUrl, List<PlantedSecret> messages) throws Exception {
    String all = SecretInputs.written(messages);
    List<PlantedSecret> alone = messages.stream().filter(PlantedSecret::alone).toList();
    List<String> subjects =
        List.of(
            "review.jobs.normal.review",
            "bc.%s.created".formatted("b1"),
            "context.enrich.request",
            "ai.llm.request");
    try (Connection nats = TestNats.connect(natsUrl)) {
      var stream = nats.jetStream();
      for (String subject : subjects) {
        int i = subjects.indexOf(subject) * 5;
        Headers json =
            new Headers()
                .add("Content-Type", "application/json")
                .add("Weir-Correlation-Id", alone.get(i).value())
                .add("x-note", alone.get(i + 1).value());
        stream.publish(subject, json, all.getBytes(StandardCharsets.UTF_8));
        stream.publish(subject, all.getBytes(StandardCharsets.UTF_8));
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        fields.put("correlationId", alone.get(i + 2).value());
        switch (subject) {
          case "context.enrich.request" -> {
            fields
                .put("campaignId", "direct")
                .put("locale", "de-DE")
                .put("audience", SecretInputs.half(messages, 0));
            fields.put("interestsText", SecretInputs.half(messages, 1));
            fields.putObject("attributes").put("api_key", alone.get(i + 3).value());
          }
          case "ai.llm.request" ->
              fields.put("requestJson", "e30=").put("idempotencyKey", alone.get(i + 3).value());
          case "review.jobs.normal.review" ->
              fields
                  .put("jobId", alone.get(i + 3).value())
                  .put("userId", "u")
                  .put("jobType", "review");
          default ->
              fields
                  .put("breadcrumbId", "b1")
                  .put("title", alone.get(i + 3).value())
                  .put("version", 1);
        }
        stream.publish(subject, json, fields.toString().getBytes(StandardCharsets.UTF_8));
        if (subject.equals("context.enrich.request")) {
          // One without an id of its own goes by the message's.
          ObjectNode without = fields.deepCopy().put("campaignId", "direct-2");
          without.remove("correlationId");
          stream.publish(subject, json, without.toString().getBytes(StandardCharsets.UTF_8));
          for (String name : List.of("campaignId", "locale", "profile")) {
            ObjectNode wrong = fields.deepCopy().put(name, alone.get(i + 2).value());
            stream.publish(subject, json, wrong.toString().getBytes(StandardCharsets.UTF_8));
          }
        }
        // What is said of a number that is none quotes it.
        for (String number : List.of("version", "ageMin")) {
          ObjectNode wrong = fields.deepCopy().put(number, alone.get(i + 4).value());
          stream.publish(subject, json, wrong.toString().getBytes(StandardCharsets.UTF_8));
        }
      }
      Await.until(
          "the dead letters",
          PATIENCE,
          () ->
              nats.jetStreamManagement()
                      .getStreamInfo("DEAD_LETTERS")
                      .getStreamState()
                      .getMsgCount()
                  >= 2L * subjects.size());
      Await.until(
          "the end of the work",
          PATIENCE,
          () ->
              nats.jetStreamManagement()
                      .getStreamInfo("CONTEXT_REQUESTS")
                      .getStreamState()
                      .getMsgCount()
                  == 0);
    }
  }
}
