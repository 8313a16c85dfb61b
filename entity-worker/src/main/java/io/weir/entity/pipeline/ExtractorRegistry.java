package io.weir.entity.pipeline;

import java.util.Map;

/** Which extractor reads which schema. Immutable. */
public final class ExtractorRegistry {
  private final Map<String, Extractor> bySchema;
  private final Extractor otherwise;

  /**
   * {@code bySchema} for the schemas named there, {@code otherwise} for all others and for none.
   */
  public ExtractorRegistry(Map<String, Extractor> bySchema, Extractor otherwise) {
    this.bySchema = Map.copyOf(bySchema);
    this.otherwise = otherwise;
  }

  /** The extractor for documents of {@code schemaName}. */
  public Extractor forSchema(String schemaName) {
    return bySchema.getOrDefault(schemaName, otherwise);
  }
}
