package io.weir.entity.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ListValue;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import java.util.Optional;

/** A breadcrumb's context as part of an event, where it fits. Stateless. */
final class EventContext {
  private static final int MOST_CHARACTERS = 32 * 1024;
  // Readers of protobuf stop at 100 nested messages, and one JSON level is three of them.
  private static final int DEEPEST = 16;

  private EventContext() {}

  /** {@code context}, or nothing when it is too large, too deep or has a number beyond a double. */
  static Optional<Struct> of(ObjectNode context) {
    if (context.isEmpty() || context.toString().length() > MOST_CHARACTERS || !fits(context, 1)) {
      return Optional.empty();
    }
    return Optional.of(struct(context));
  }

  private static boolean fits(JsonNode node, int depth) {
    if (depth > DEEPEST || (node.isNumber() && Double.isInfinite(node.doubleValue()))) {
      return false;
    }
    for (JsonNode child : node) {
      if (!fits(child, depth + 1)) {
        return false;
      }
    }
    return true;
  }

  private static Struct struct(JsonNode object) {
    var struct = Struct.newBuilder();
    object
        .properties()
        .forEach(property -> struct.putFields(property.getKey(), value(property.getValue())));
    return struct.build();
  }

  private static Value value(JsonNode node) {
    var value = Value.newBuilder();
    switch (node.getNodeType()) {
      case OBJECT -> value.setStructValue(struct(node));
      case ARRAY -> {
        var list = ListValue.newBuilder();
        node.forEach(element -> list.addValues(value(element)));
        value.setListValue(list);
      }
      case STRING -> value.setStringValue(node.textValue());
      case NUMBER -> value.setNumberValue(node.doubleValue());
      case BOOLEAN -> value.setBoolValue(node.booleanValue());
      case NULL, MISSING, BINARY, POJO -> value.setNullValue(NullValue.NULL_VALUE);
    }
    return value.build();
  }
}
