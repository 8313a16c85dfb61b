package io.weir.entity.pipeline.recognise;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Known names and their types, looked up as whole names. Immutable. */
public final class Gazetteer {

  /**
   * One known name.
   *
   * @param name as it is written
   * @param type what it names
   * @param exactCase whether only this spelling means it: "Go" is a language, "go" is not
   */
  public record Entry(String name, EntityType type, boolean exactCase) {}

  private final Map<String, Entry> byLowerCase;

  /** The names of {@code entries}; of two that differ in case only, the first counts. */
  public Gazetteer(List<Entry> entries) {
    var map = new HashMap<String, Entry>();
    for (Entry entry : entries) {
      map.putIfAbsent(entry.name().toLowerCase(Locale.ROOT), entry);
    }
    this.byLowerCase = Map.copyOf(map);
  }

  /** The entry for {@code name}, if it is known in this spelling. */
  public Optional<Entry> find(String name) {
    Entry entry = byLowerCase.get(name.toLowerCase(Locale.ROOT));
    if (entry == null || (entry.exactCase() && !entry.name().equals(name))) {
      return Optional.empty();
    }
    return Optional.of(entry);
  }

  /** How many names it knows. */
  public int size() {
    return byLowerCase.size();
  }
}
