package io.weir.entity.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import io.weir.proto.v1.BreadcrumbEvent;
import org.junit.jupiter.api.Test;

class EventContextTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static ObjectNode json(String text) throws JsonProcessingException {
    return (ObjectNode) JSON.readTree(text);
  }

  @Test
  void everyKindOfValueTravels() throws Exception {
    ObjectNode context = json("{\"a\":\"x\",\"b\":[1,true,null],\"c\":{\"d\":2.5}}");
    Struct struct = EventContext.of(context).orElseThrow();
    assertEquals(
        json("{\"a\":\"x\",\"b\":[1.0,true,null],\"c\":{\"d\":2.5}}"),
        json(JsonFormat.printer().print(struct)));
  }

  @Test
  void whatWouldOutgrowAnEventIsLeftOut() throws Exception {
    assertTrue(EventContext.of(json("{\"a\":\"" + "x".repeat(40_000) + "\"}")).isEmpty());
    assertTrue(EventContext.of(json("{\"a\":1e999}")).isEmpty());
    assertTrue(EventContext.of(json("{}")).isEmpty());
  }

  @Test
  void whatIsKeptCanBeReadAgainHoweverDeep() throws Exception {
    for (int depth = 1; depth < 60; depth++) {
      var struct = EventContext.of(json("{\"a\":" + "[".repeat(depth) + "]".repeat(depth) + "}"));
      if (struct.isPresent()) {
        readable(struct.get());
      }
      var objects = EventContext.of(json("{\"a\":".repeat(depth) + "1" + "}".repeat(depth)));
      if (objects.isPresent()) {
        readable(objects.get());
      }
      assertEquals(depth > 15, objects.isEmpty(), "depth " + depth);
    }
  }

  // Inside an event it is one level deeper than by itself.
  private static void readable(Struct struct) throws InvalidProtocolBufferException {
    var event = BreadcrumbEvent.newBuilder().setContext(struct).build();
    assertEquals(event, BreadcrumbEvent.parseFrom(event.toByteArray()));
  }
}
