package io.weir.entity.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.entity.pipeline.Extraction;
import io.weir.entity.pipeline.recognise.Entity;
import io.weir.entity.pipeline.recognise.EntityType;
import io.weir.platform.http.Json;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bson.Document;

/**
 * Breadcrumbs as MongoDB documents and back. The context is kept as JSON text: so any key is
 * allowed in it and numbers stay what they were. Stateless.
 */
final class BreadcrumbDocuments {
  static final String ID = "_id";
  static final String VERSION = "version";
  static final String DELETED = "deleted";
  static final String EXTRACTOR_VERSION = "extractor_version";
  static final String UPDATED_AT = "updated_at";
  static final String OWNER = "owner";

  private static final String TITLE = "title";
  private static final String CONTEXT = "context";
  private static final String SCHEMA_NAME = "schema_name";
  private static final String TAGS = "tags";
  private static final String CREATED_AT = "created_at";
  private static final String ENTITIES = "entities";
  private static final String KEYWORDS = "entity_keywords";
  private static final String CONTENT_HASH = "content_hash";
  private static final String EXTRACTED_VERSION = "extracted_version";
  private static final String EXTRACTED_AT = "extracted_at";

  private BreadcrumbDocuments() {}

  static Document created(Breadcrumb breadcrumb) {
    return new Document(ID, breadcrumb.id())
        .append(OWNER, breadcrumb.owner())
        .append(CREATED_AT, Date.from(breadcrumb.createdAt()))
        .append(DELETED, false);
  }

  /** The fields that a change sets. */
  static Document changed(long version, Content content, Instant at, boolean deleted) {
    return new Document(VERSION, version)
        .append(TITLE, content.title())
        .append(CONTEXT, content.context().toString())
        .append(SCHEMA_NAME, content.schemaName())
        .append(TAGS, content.tags())
        .append(UPDATED_AT, Date.from(at))
        .append(DELETED, deleted);
  }

  /** The fields that an extraction sets. */
  static Document extracted(StoredExtraction extraction) {
    return new Document(
            ENTITIES,
            extraction.found().entities().stream().map(BreadcrumbDocuments::entity).toList())
        .append(KEYWORDS, extraction.found().keywords())
        .append(CONTENT_HASH, extraction.contentHash())
        .append(EXTRACTOR_VERSION, extraction.extractorVersion())
        .append(EXTRACTED_VERSION, extraction.version())
        .append(EXTRACTED_AT, Date.from(extraction.at()));
  }

  /** The fields that go when a breadcrumb is deleted. */
  static Document forgotten() {
    var fields = new Document();
    List.of(ENTITIES, KEYWORDS, CONTENT_HASH, EXTRACTOR_VERSION, EXTRACTED_VERSION, EXTRACTED_AT)
        .forEach(name -> fields.append(name, ""));
    return fields;
  }

  static Breadcrumb breadcrumb(Document document) {
    var content =
        new Content(
            text(document, TITLE),
            context(document),
            text(document, SCHEMA_NAME),
            document.getList(TAGS, String.class, List.of()));
    return new Breadcrumb(
        document.getString(ID),
        number(document, VERSION),
        content,
        text(document, OWNER),
        document.getDate(CREATED_AT).toInstant(),
        document.getDate(UPDATED_AT).toInstant(),
        document.getBoolean(DELETED, false),
        extraction(document));
  }

  private static Optional<StoredExtraction> extraction(Document document) {
    if (!document.containsKey(EXTRACTOR_VERSION)) {
      return Optional.empty();
    }
    List<Entity> entities =
        document.getList(ENTITIES, Document.class, List.of()).stream()
            .map(BreadcrumbDocuments::entity)
            .toList();
    return Optional.of(
        new StoredExtraction(
            number(document, EXTRACTED_VERSION),
            text(document, CONTENT_HASH),
            text(document, EXTRACTOR_VERSION),
            new Extraction(entities, document.getList(KEYWORDS, String.class, List.of())),
            document.getDate(EXTRACTED_AT).toInstant()));
  }

  private static Document entity(Entity entity) {
    return new Document("text", entity.text())
        .append("type", entity.type().wireName())
        .append("start", entity.start())
        .append("end", entity.end())
        .append("confidence", entity.confidence())
        .append("source", entity.source())
        .append("field", entity.field());
  }

  private static Entity entity(Document entity) {
    return new Entity(
        entity.getString("text"),
        EntityType.valueOf(entity.getString("type").toUpperCase(Locale.ROOT)),
        entity.get("start", Number.class).intValue(),
        entity.get("end", Number.class).intValue(),
        entity.get("confidence", Number.class).doubleValue(),
        entity.getString("source"),
        entity.getString("field"));
  }

  private static ObjectNode context(Document document) {
    try {
      return (ObjectNode) Json.mapper().readTree(document.get(CONTEXT, "{}"));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "the stored context of breadcrumb %s is no JSON object any more"
              .formatted(document.getString(ID)),
          e);
    }
  }

  private static String text(Document document, String name) {
    return document.get(name, "");
  }

  private static long number(Document document, String name) {
    return document.get(name, Number.class).longValue();
  }
}
