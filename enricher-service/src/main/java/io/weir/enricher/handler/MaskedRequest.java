package io.weir.enricher.handler;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import io.weir.platform.http.Json;
import io.weir.platform.http.JsonRedaction;
import io.weir.proto.v1.ContextEnrichRequest;
import java.io.IOException;

/**
 * The door of requests that come by message: secrets in their attributes are masked as HTTP's are,
 * by name and by form. All other texts are masked where they are read.
 */
final class MaskedRequest {
  private MaskedRequest() {}

  static ContextEnrichRequest of(ContextEnrichRequest message) {
    if (!message.hasAttributes()) {
      return message;
    }
    var attributes = Struct.newBuilder();
    try {
      String json = JsonFormat.printer().print(message.getAttributes());
      var tree = (ObjectNode) Json.mapper().readTree(json);
      JsonFormat.parser().merge(JsonRedaction.of(tree).tree().toString(), attributes);
    } catch (IOException | IllegalArgumentException e) {
      return message; // no JSON data, such as NaN: the reader says so and refuses it
    }
    return message.toBuilder().setAttributes(attributes).build();
  }
}
