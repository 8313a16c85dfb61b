package io.weir.benchmarks.subject;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Stands for a database that costs nothing, and forgets so that memory is not what is measured. */
final class Store {
  private static final int SLOTS = 256;

  private final Map<Integer, Object> slots = new ConcurrentHashMap<>();

  void put(String id, Object value) {
    var _ = slots.put(id.hashCode() & (SLOTS - 1), value);
  }
}
