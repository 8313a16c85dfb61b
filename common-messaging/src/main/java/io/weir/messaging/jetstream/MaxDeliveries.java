package io.weir.messaging.jetstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.weir.messaging.Codec;
import io.weir.messaging.InvalidMessageException;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;

/**
 * The server's word that a message was delivered as often as its consumer allows and never
 * acknowledged: {@code io.nats.jetstream.advisory.v1.max_deliver}. It does not carry the message.
 *
 * @param sequence of the message in {@code stream}
 */
record MaxDeliveries(String stream, String consumer, long sequence, int deliveries, Instant at) {
  static final Codec<MaxDeliveries> CODEC = new Json();

  /** Its JSON form, as far as it is needed here. */
  private static final class Json implements Codec<MaxDeliveries> {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Override
    public String messageType() {
      return "io.nats.jetstream.advisory.v1.max_deliver";
    }

    @Override
    public String contentType() {
      return "application/json";
    }

    @Override
    public ByteString encode(MaxDeliveries advisory) {
      ObjectNode node = MAPPER.createObjectNode();
      node.put("type", messageType());
      node.put("timestamp", advisory.at().toString());
      node.put("stream", advisory.stream());
      node.put("consumer", advisory.consumer());
      node.put("stream_seq", advisory.sequence());
      node.put("deliveries", advisory.deliveries());
      return ByteString.copyFromUtf8(node.toString());
    }

    @Override
    public MaxDeliveries decode(ByteString bytes, String contentType) {
      try {
        JsonNode node = MAPPER.readTree(bytes.toByteArray());
        String stream = node.path("stream").asText();
        String consumer = node.path("consumer").asText();
        long sequence = node.path("stream_seq").asLong();
        if (stream.isEmpty() || consumer.isEmpty() || sequence < 1) {
          throw new InvalidMessageException(
              "a max-deliveries advisory names stream, consumer and stream_seq; this one does not");
        }
        return new MaxDeliveries(
            stream,
            consumer,
            sequence,
            node.path("deliveries").asInt(),
            Instant.parse(node.path("timestamp").asText()));
      } catch (IOException | DateTimeException e) {
        throw new InvalidMessageException("no max-deliveries advisory: " + e.getMessage(), e);
      }
    }
  }
}
