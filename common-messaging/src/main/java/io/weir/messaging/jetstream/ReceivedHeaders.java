package io.weir.messaging.jetstream;

import io.nats.client.impl.Headers;
import java.util.AbstractMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a message that came, first values by name. Reads what the client has parsed
 * instead of copying it, since most of a message's headers are never asked for; the client keeps no
 * name without a value. Unmodifiable, and never changed: a message that came is nobody's to write
 * to.
 */
final class ReceivedHeaders extends AbstractMap<String, String> {
  private final Headers headers;

  ReceivedHeaders(Headers headers) {
    this.headers = headers;
  }

  @Override
  public @Nullable String get(@Nullable Object name) {
    return name instanceof String text ? headers.getFirst(text) : null;
  }

  /** No value is null, so that one look is enough. */
  @Override
  public String getOrDefault(@Nullable Object name, String otherwise) {
    String value = get(name);
    return value == null ? otherwise : value;
  }

  @Override
  public boolean containsKey(@Nullable Object name) {
    return name instanceof String text && headers.containsKey(text);
  }

  @Override
  public int size() {
    return headers.size();
  }

  @Override
  public Set<Entry<String, String>> entrySet() {
    var copy = new HashMap<String, String>();
    headers.forEach((name, values) -> copy.put(name, values.getFirst()));
    return Map.copyOf(copy).entrySet();
  }
}
