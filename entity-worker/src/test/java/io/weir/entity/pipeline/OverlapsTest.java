package io.weir.entity.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.entity.pipeline.recognise.Entity;
import io.weir.entity.pipeline.recognise.EntityType;
import io.weir.entity.pipeline.recognise.TextField;
import io.weir.entity.pipeline.recognise.TextField.Kind;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OverlapsTest {
  private static Entity at(String field, int start, int end, String source) {
    return Entity.at(
        new TextField(field, "x".repeat(20), Kind.PROSE),
        start,
        end,
        EntityType.CONCEPT,
        1,
        source);
  }

  @Test
  void theLongestOfOverlappingMentionsCounts() {
    Entity shorter = at("a", 0, 4, "first");
    Entity longer = at("a", 2, 9, "second");
    assertEquals(List.of(longer), Overlaps.resolve(List.of(shorter, longer)));
  }

  @Test
  void ofEquallyLongOnesTheFirstGivenCounts() {
    Entity first = at("a", 0, 4, "first");
    assertEquals(List.of(first), Overlaps.resolve(List.of(first, at("a", 0, 4, "second"))));
  }

  @Test
  void neighboursAndOtherFieldsDoNotOverlap() {
    Entity left = at("a", 0, 4, "x");
    Entity right = at("a", 4, 8, "x");
    Entity elsewhere = at("b", 0, 8, "x");
    assertEquals(
        Set.of(left, right, elsewhere),
        Set.copyOf(Overlaps.resolve(List.of(left, right, elsewhere))));
  }

  @Test
  void coversTellsWhatIsTaken() {
    var overlaps = new Overlaps();
    overlaps.add(at("a", 3, 6, "x"));
    assertTrue(overlaps.covers("a", 5, 9));
    assertTrue(overlaps.covers("a", 0, 20));
    assertFalse(overlaps.covers("a", 0, 3));
    assertFalse(overlaps.covers("a", 6, 9));
    assertFalse(overlaps.covers("b", 3, 6));
  }
}
