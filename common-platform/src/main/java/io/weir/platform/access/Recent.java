package io.weir.platform.access;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was used most recently; the rest is forgotten, so that nobody can fill the memory by asking
 * under many names. Thread-safe.
 */
final class Recent<V> {
  private final LinkedHashMap<String, V> values;

  /**
   * @param most how many are kept
   */
  Recent(int most) {
    values =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
            return size() > most;
          }
        };
  }

  synchronized @Nullable V get(String name) {
    return values.get(name);
  }

  synchronized void put(String name, V value) {
    values.put(name, value);
  }

  synchronized void remove(String name) {
    values.remove(name);
  }

  synchronized int size() {
    return values.size();
  }
}
