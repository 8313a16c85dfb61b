package io.weir.enricher.store;

import io.weir.enricher.pipeline.Selection;
import io.weir.platform.llm.LlmUsage;
import io.weir.proto.v1.ContextPack;
import java.time.Instant;
import java.util.List;

/**
 * A pack as it is stored.
 *
 * @param requestHash what it answers
 * @param workId the delivery that it was made for
 * @param complete whether model and search both had their part; if not, making it again may give a
 *     better one
 * @param usage tokens that its model calls cost, those of earlier tries that came to nothing
 *     included
 * @param dropped what was retrieved, met the request and was left out; the first few
 */
public record StoredPack(
    PackKey key,
    String requestHash,
    String workId,
    boolean complete,
    ContextPack pack,
    LlmUsage usage,
    Selection.Budget budget,
    List<Selection.Dropped> dropped,
    String correlationId,
    Instant enrichedAt) {
  public StoredPack {
    dropped = List.copyOf(dropped);
  }
}
