package io.weir.enricher.handler;

import io.weir.enricher.pipeline.EnrichRequest;
import io.weir.enricher.pipeline.Ground;
import io.weir.enricher.pipeline.Holidays;
import io.weir.enricher.pipeline.LocaleFacts;
import io.weir.enricher.pipeline.Market;
import io.weir.enricher.pipeline.PassageSelection;
import io.weir.enricher.pipeline.Profile;
import io.weir.enricher.pipeline.Selection;
import io.weir.enricher.remote.PassageSource;
import io.weir.enricher.remote.PassageSource.Retrieval;
import io.weir.proto.v1.Fact;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects what a pack rests on: facts about the market and passages of stored documents.
 * Thread-safe.
 */
public final class Grounding {
  /**
   * The ground of a pack.
   *
   * @param searched whether the search could be asked; if not, a pack is worth making again later
   */
  public record Result(Ground ground, boolean searched) {}

  private final Logger log = LoggerFactory.getLogger(Grounding.class);
  private final PassageSource source;

  public Grounding(PassageSource source) {
    this.source = source;
  }

  /**
   * Facts and passages for a request. A search that is away costs the passages, not the request:
   * the pack says so in a notice.
   *
   * @param owner whose documents may be quoted; empty for everybody's
   * @param today the day that holidays lie ahead of
   */
  public Result ground(
      EnrichRequest request, Profile profile, Optional<String> owner, LocalDate today)
      throws InterruptedException {
    Market market = Market.of(request.locale(), request.region());
    var facts = new ArrayList<Fact>(LocaleFacts.of(market));
    facts.addAll(Holidays.ahead(market, today, profile.holidayDays()));
    Selection none = Selection.empty(profile.passageTokens());
    if (request.searchText().isBlank() || profile.passageTokens() == 0) {
      return new Result(new Ground(facts, none, List.of()), true);
    }
    return switch (source.find(request.searchText(), profile.documents(), owner)) {
      case Retrieval.Found found ->
          new Result(
              new Ground(
                  facts,
                  PassageSelection.select(
                      request.searchText(),
                      found.documents(),
                      profile.passageTokens(),
                      request.locale()),
                  List.of()),
              true);
      case Retrieval.Away away -> {
        log.atWarn().addKeyValue("reason", away.reason()).log("search away, enriching without it");
        yield new Result(
            new Ground(facts, none, List.of())
                .withNotice(
                    "passages", "No passages: the search did not answer (" + away.reason() + ")."),
            false);
      }
    };
  }
}
