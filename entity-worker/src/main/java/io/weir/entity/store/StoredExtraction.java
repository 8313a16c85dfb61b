package io.weir.entity.store;

import io.weir.entity.pipeline.Extraction;
import java.time.Instant;

/**
 * What was found in a breadcrumb.
 *
 * @param version the version of the breadcrumb that was read
 * @param contentHash of what was read
 * @param extractorVersion of the extractor that read it
 * @param found entities and keywords; empty if there are none
 * @param at when
 */
public record StoredExtraction(
    long version, String contentHash, String extractorVersion, Extraction found, Instant at) {

  /** Whether the same content read by the same extractor would give the same. */
  public boolean isCurrent(String currentHash, String currentExtractor) {
    return contentHash.equals(currentHash) && extractorVersion.equals(currentExtractor);
  }
}
