package io.weir.messaging.jetstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nats.client.impl.Headers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ReceivedHeadersTest {
  private final Map<String, String> headers =
      new ReceivedHeaders(
          new Headers().put("One", "first", "second").put("Empty", List.of()).put("Other", ""));

  @Test
  void firstValuesAreRead() {
    assertEquals("first", headers.get("One"));
    assertEquals("first", headers.getOrDefault("One", "none"));
    assertEquals("", headers.get("Other"));
    assertNull(headers.get("one"));
    assertEquals("none", headers.getOrDefault("two", "none"));
    assertTrue(headers.containsKey("One"));
    assertFalse(headers.containsKey("two"));
  }

  @Test
  void itIsAMapAsAnyOther() {
    Map<String, String> same = Map.copyOf(headers);
    assertEquals(same, headers);
    assertEquals(same.hashCode(), headers.hashCode());
    assertEquals(headers.keySet().size(), headers.size());
    assertThrows(UnsupportedOperationException.class, () -> headers.put("a", "b"));
    assertThrows(UnsupportedOperationException.class, () -> headers.remove("One"));
    assertThrows(UnsupportedOperationException.class, headers::clear);
  }
}
