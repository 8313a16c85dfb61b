package io.weir.entity.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.entity.pipeline.recognise.Entity;
import io.weir.entity.store.Breadcrumb;
import io.weir.entity.store.StoredExtraction;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A breadcrumb as the API shows it.
 *
 * @param extraction {@code pending} until this version was extracted, then {@code current}
 * @param entities of the version in {@code extractedVersion}; offsets are in UTF-16 code units
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
record BreadcrumbView(
    String id,
    long version,
    String title,
    ObjectNode context,
    String schemaName,
    List<String> tags,
    String owner,
    Instant createdAt,
    Instant updatedAt,
    String extraction,
    List<EntityView> entities,
    List<String> entityKeywords,
    Optional<String> contentHash,
    Optional<String> extractorVersion,
    Optional<Long> extractedVersion,
    Optional<Instant> extractedAt) {

  /** A mention as the API shows it. */
  record EntityView(
      String text,
      String type,
      int start,
      int end,
      double confidence,
      String source,
      String field) {
    static EntityView of(Entity entity) {
      return new EntityView(
          entity.text(),
          entity.type().wireName(),
          entity.start(),
          entity.end(),
          entity.confidence(),
          entity.source(),
          entity.field());
    }
  }

  static BreadcrumbView of(Breadcrumb breadcrumb) {
    Optional<StoredExtraction> extraction = breadcrumb.extraction();
    boolean current = extraction.filter(one -> one.version() == breadcrumb.version()).isPresent();
    return new BreadcrumbView(
        breadcrumb.id(),
        breadcrumb.version(),
        breadcrumb.content().title(),
        breadcrumb.context(),
        breadcrumb.content().schemaName(),
        breadcrumb.content().tags(),
        breadcrumb.owner(),
        breadcrumb.createdAt(),
        breadcrumb.updatedAt(),
        current ? "current" : "pending",
        extraction.stream()
            .flatMap(one -> one.found().entities().stream())
            .map(EntityView::of)
            .toList(),
        extraction.map(one -> one.found().keywords()).orElse(List.of()),
        extraction.map(StoredExtraction::contentHash),
        extraction.map(StoredExtraction::extractorVersion),
        extraction.map(StoredExtraction::version),
        extraction.map(StoredExtraction::at));
  }
}
