package io.weir.entity.pipeline.recognise;

import java.util.List;
import java.util.stream.Stream;

/** The table of recognisers that need to know nothing of the rest of a document. */
public final class Recognisers {
  private Recognisers() {}

  /**
   * All of them, the most trustworthy first: of two mentions of one length at one place, the one
   * whose recogniser stands earlier counts.
   */
  public static List<Recogniser> all(Gazetteer gazetteer) {
    return Stream.of(
            NetworkPatterns.rows(),
            DatePatterns.rows(),
            QuantityPatterns.rows(),
            List.<Recogniser>of(new KnownNameRecogniser(gazetteer)),
            IdentifierPatterns.rows(),
            List.<Recogniser>of(new CodeSymbols(), new ProductVersions()))
        .flatMap(List::stream)
        .toList();
  }
}
