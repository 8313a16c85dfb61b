package io.weir.entity.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.entity.pipeline.Document;
import java.time.Instant;
import java.util.Optional;

/**
 * A breadcrumb as stored.
 *
 * @param id its id
 * @param version counts up by one with every change; 1 is its creation
 * @param content what its writer gave; empty fields once it is deleted
 * @param owner whose it is
 * @param createdAt when it was created
 * @param updatedAt when this version was written
 * @param deleted it is gone; only its version is remembered
 * @param extraction what was found in it last; may be of an older version
 */
public record Breadcrumb(
    String id,
    long version,
    Content content,
    String owner,
    Instant createdAt,
    Instant updatedAt,
    boolean deleted,
    Optional<StoredExtraction> extraction) {

  /** What extraction reads of it. */
  public Document document() {
    return Document.of(content.schemaName(), content.title(), content.context());
  }

  /** Its context as a JSON object. */
  public ObjectNode context() {
    return content.context();
  }
}
