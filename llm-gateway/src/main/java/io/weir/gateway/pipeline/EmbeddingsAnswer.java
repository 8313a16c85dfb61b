package io.weir.gateway.pipeline;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a provider answered to a request for embeddings. Millions of numbers may be in it, which
 * pass as they are: read are only its outline, the usage and an error.
 */
public sealed interface EmbeddingsAnswer {
  record Whole(Usage usage) implements EmbeddingsAnswer {}

  record Failed(Failure failure) implements EmbeddingsAnswer {}

  /** Something else. */
  record Other() implements EmbeddingsAnswer {}

  static EmbeddingsAnswer read(String provider, byte[] body) {
    ObjectReader part =
        Json.MAPPER.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    boolean data = false;
    Usage usage = Usage.NONE;
    try (JsonParser parser = Json.MAPPER.createParser(body)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return new Other();
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        switch (name) {
          case "data" -> {
            data = value == JsonToken.START_ARRAY;
            parser.skipChildren();
          }
          case "usage", "error" -> {
            JsonNode field = part.readTree(parser);
            JsonNode around = Json.MAPPER.createObjectNode().set(name, field);
            Optional<Failure> failure = ProviderErrors.inAnswer(provider, around);
            if (failure.isPresent()) {
              return new Failed(failure.get());
            }
            usage = Usage.of(around).orElse(usage);
          }
          default -> parser.skipChildren();
        }
      }
      @Nullable JsonToken more = parser.nextToken();
      return data && more == null ? new Whole(usage) : new Other();
    } catch (IOException notJson) {
      return new Other();
    }
  }
}
