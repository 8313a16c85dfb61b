package io.weir.enricher.pipeline;

import io.weir.proto.v1.Fact;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a pack rests on before any model speaks.
 *
 * @param facts about locale and holidays
 * @param notices what the reader of the pack must know about how it was made, such as a search that
 *     was away; never cited
 */
public record Ground(List<Fact> facts, Selection selection, List<Fact> notices) {
  public Ground {
    facts = List.copyOf(facts);
    notices = List.copyOf(notices);
  }

  /** The ids that an insight may cite. */
  public Set<String> ids() {
    var ids = new HashSet<String>();
    facts.forEach(fact -> ids.add(fact.getId()));
    selection.passages().forEach(passage -> ids.add(passage.getId()));
    return ids;
  }

  /** The same ground with one more notice. */
  public Ground withNotice(String id, String text) {
    var more = new ArrayList<>(notices);
    more.add(
        Fact.newBuilder()
            .setId("notice." + id)
            .setKind("notice")
            .setText(text)
            .setSource("enricher-service")
            .build());
    return new Ground(facts, selection, more);
  }
}
