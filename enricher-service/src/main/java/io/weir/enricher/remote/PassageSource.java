package io.weir.enricher.remote;

import io.weir.enricher.pipeline.Document;
import java.util.List;
import java.util.Optional;

/** Where documents for passages come from. Thread-safe. */
public interface PassageSource {
  /**
   * The documents that fit best, best first.
   *
   * @param query what to look for, in words
   * @param limit most documents, at least 1
   * @param owner whose documents; empty for everybody's
   */
  Retrieval find(String query, int limit, Optional<String> owner) throws InterruptedException;

  /** What a search came to. */
  sealed interface Retrieval {
    /** The search answered; empty when nothing fits. */
    record Found(List<Document> documents) implements Retrieval {
      public Found {
        documents = List.copyOf(documents);
      }
    }

    /**
     * The search did not answer in a way that can be used.
     *
     * @param reason for a person
     */
    record Away(String reason) implements Retrieval {}
  }
}
