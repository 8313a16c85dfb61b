package io.weir.cli.status;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.cli.screen.Grid;
import io.weir.cli.screen.Words;
import io.weir.messaging.jetstream.StreamStatus;
import java.io.PrintWriter;
import java.util.List;

/** The status as tables and as JSON. */
final class StatusText {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private StatusText() {}

  static void print(List<ServiceStatus> services, BrokerStatus broker, int width, PrintWriter out) {
    var grid = new Grid(width);
    services.forEach(service -> grid.row(service.name(), service.status(), service.url()));
    grid.print(out);
    for (ServiceStatus service : services) {
      service.notes().forEach(note -> out.println("  " + service.name() + ": " + note));
    }
    out.println();
    if (broker.isAway()) {
      out.println("NATS is away: " + broker.away());
      return;
    }
    streams(broker.streams(), width, out);
    out.println();
    letters(broker, width, out);
  }

  private static void streams(List<StreamStatus> streams, int width, PrintWriter out) {
    var grid = new Grid(width);
    grid.row("STREAM", "MESSAGES", "SIZE", "FULL", "OLDEST");
    for (StreamStatus stream : streams) {
      grid.row(
          stream.name(),
          stream.messages(),
          Words.bytes(stream.bytes()),
          stream.isBounded() ? stream.percentFull() + "%" : "-",
          stream.oldest().map(Words::age).orElse("-"));
    }
    grid.print(out);
    out.println();
    var consumers = new Grid(width);
    consumers.row("CONSUMER", "PENDING", "IN FLIGHT", "OF", "AGAIN", "PULLS", "LAG");
    for (StreamStatus stream : streams) {
      for (StreamStatus.ConsumerStatus consumer : stream.consumers()) {
        consumers.row(
            stream.name() + "/" + consumer.name(),
            consumer.pending(),
            consumer.inFlight(),
            consumer.maxInFlight(),
            consumer.redelivered(),
            consumer.waiting(),
            consumer.lag().isZero() ? "-" : Words.age(consumer.lag()));
      }
    }
    consumers.print(out);
  }

  private static void letters(BrokerStatus broker, int width, PrintWriter out) {
    if (broker.letters().isEmpty()) {
      out.println("No dead letters.");
      return;
    }
    var grid = new Grid(width);
    grid.row("DEAD LETTERS OF", "CLASS", "LETTERS");
    broker
        .letters()
        .forEach(
            (consumer, classes) ->
                classes.forEach((errorClass, count) -> grid.row(consumer, errorClass, count)));
    grid.print(out);
    out.println("look at them: weir dlq list");
  }

  static String json(List<ServiceStatus> services, BrokerStatus broker, boolean ok) {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("ok", ok);
    ArrayNode all = root.putArray("services");
    for (ServiceStatus service : services) {
      ObjectNode node = all.addObject();
      node.put("name", service.name()).put("status", service.status()).put("url", service.url());
      service.notes().forEach(node.putArray("notes")::add);
    }
    ObjectNode nats = root.putObject("nats");
    nats.put("status", broker.isAway() ? "away" : "ok");
    if (broker.isAway()) {
      nats.put("reason", broker.away());
    }
    ArrayNode streams = nats.putArray("streams");
    broker.streams().forEach(stream -> streams.add(json(stream)));
    ArrayNode letters = nats.putArray("deadLetters");
    broker
        .letters()
        .forEach(
            (consumer, classes) ->
                classes.forEach(
                    (errorClass, count) ->
                        letters
                            .addObject()
                            .put("consumer", consumer)
                            .put("class", errorClass)
                            .put("letters", count)));
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ObjectNode json(StreamStatus stream) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("name", stream.name());
    node.put("retention", stream.retention());
    node.put("messages", stream.messages());
    node.put("bytes", stream.bytes());
    node.put("maxBytes", stream.maxBytes());
    node.put("maxMessages", stream.maxMessages());
    node.put("percentFull", stream.percentFull());
    stream.oldest().ifPresent(age -> node.put("oldestSeconds", age.toSeconds()));
    ArrayNode consumers = node.putArray("consumers");
    for (StreamStatus.ConsumerStatus consumer : stream.consumers()) {
      ObjectNode of = consumers.addObject();
      of.put("name", consumer.name());
      of.put("pending", consumer.pending());
      of.put("inFlight", consumer.inFlight());
      of.put("maxInFlight", consumer.maxInFlight());
      of.put("redelivered", consumer.redelivered());
      of.put("waitingPulls", consumer.waiting());
      of.put("lagSeconds", consumer.lag().toMillis() / 1_000.0);
    }
    return node;
  }
}
