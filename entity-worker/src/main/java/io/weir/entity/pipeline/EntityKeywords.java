package io.weir.entity.pipeline;

import io.weir.entity.pipeline.recognise.Entity;
import io.weir.entity.pipeline.recognise.EntityType;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** The names by which a document can be found. Stateless. */
final class EntityKeywords {
  // Numbers and days are no names: as keywords they only tie unrelated documents together.
  private static final Set<EntityType> NO_NAMES = EnumSet.of(EntityType.QUANTITY, EntityType.DATE);
  private static final Pattern BLANKS = Pattern.compile("\\s+");

  private EntityKeywords() {}

  /**
   * The names of {@code entities}, whole as they stand: sorted, unique, lower-case, single blanks
   * between words.
   */
  static List<String> of(List<Entity> entities) {
    return entities.stream()
        .filter(entity -> !NO_NAMES.contains(entity.type()))
        .map(entity -> BLANKS.matcher(entity.text()).replaceAll(" ").toLowerCase(Locale.ROOT))
        .distinct()
        .sorted()
        .toList();
  }
}
