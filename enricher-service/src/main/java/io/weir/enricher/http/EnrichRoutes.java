package io.weir.enricher.http;

import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.weir.enricher.config.Profiles;
import io.weir.enricher.pipeline.EnrichRequest;
import io.weir.enricher.pipeline.PackId;
import io.weir.enricher.pipeline.Profile;
import io.weir.enricher.pipeline.RequestCheck;
import io.weir.enricher.pipeline.RequestReader;
import io.weir.enricher.pipeline.TokenEstimate;
import io.weir.enricher.store.AcceptedRequest;
import io.weir.enricher.store.PackKey;
import io.weir.enricher.store.PackStore;
import io.weir.enricher.store.RequestStore;
import io.weir.enricher.store.StoredPack;
import io.weir.messaging.InvalidMessageException;
import io.weir.messaging.runtime.Component;
import io.weir.platform.access.Principal;
import io.weir.platform.contract.Routes;
import io.weir.platform.http.Caller;
import io.weir.platform.http.FieldError;
import io.weir.platform.http.Fields;
import io.weir.platform.http.HttpApi;
import io.weir.platform.http.Json;
import io.weir.platform.http.JsonBody;
import io.weir.platform.http.MaskedBody;
import io.weir.platform.http.OncePost;
import io.weir.platform.http.Problem;
import io.weir.platform.http.ProblemException;
import io.weir.platform.http.RequestIdentity;
import io.weir.platform.http.Reservations;
import io.weir.platform.usage.Charge;
import io.weir.platform.work.IdempotentAnswer;
import io.weir.proto.v1.ContextEnrichRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code POST /enrich} and {@code GET /packs/{campaign}/{locale}}. An accepted request is durable
 * before its 202; {@code ?wait=30s} holds the answer back until the pack is there. Stopping ends
 * all waiting. Thread-safe.
 */
public final class EnrichRoutes implements Component {
  private static final Pattern WAIT = Pattern.compile("(\\d{1,6})(ms|s)");
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);

  /** Each of those who wait asks MongoDB ten times a second. */
  private static final int MOST_WAITING = 200;

  private final Profiles profiles;
  private final PackStore packs;
  private final RequestStore requests;
  private final OncePost once;
  private final Reservations reservations;
  private final Clock clock;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Semaphore waiting = new Semaphore(MOST_WAITING);
  private int maxBodyBytes;

  public EnrichRoutes(
      Profiles profiles,
      PackStore packs,
      RequestStore requests,
      OncePost once,
      Reservations reservations,
      Clock clock) {
    this.profiles = profiles;
    this.packs = packs;
    this.requests = requests;
    this.once = once;
    this.reservations = reservations;
    this.clock = clock;
  }

  /** Adds the routes to an interface. */
  public void addTo(HttpApi api) {
    maxBodyBytes = api.settings().maxBodyBytes();
    api.on(Routes.ENRICH, this::enrich).on(Routes.PACKS_GET, this::pack);
  }

  @Override
  public void drain(Duration timeout) {
    stopping.countDown();
  }

  private void enrich(ServerRequest request, ServerResponse response) throws InterruptedException {
    Duration wait = waitOf(request);
    byte[] body = JsonBody.bytes(request, maxBodyBytes);
    ContextEnrichRequest message =
        EnrichBody.read(
            MaskedBody.of(request, response, JsonBody.parse(body), EnrichBody.IDENTIFIERS),
            RequestIdentity.of(request).correlationId(),
            clock.instant());
    Map<String, Profile> known = profiles.current();
    EnrichRequest asked = checked(message, known);
    Principal caller = Caller.of(request);
    refuseForeign(caller, PackKey.of(asked));
    Profile profile = profileOf(asked, known);
    OncePost.Done done =
        once.once(
            request,
            body,
            attempt ->
                receipt(accept(caller, requestId(attempt.workId()), asked, profile, message)));
    Optional<AcceptedRequest> after = awaited(requestId(done.workId()), wait);
    if (after.isEmpty()) {
      OncePost.send(response, done.answer());
      return;
    }
    switch (after.get().status()) {
      case FAILED ->
          throw new ProblemException(
              Problem.of(
                  502, "Enrichment failed", "the request was given up: " + after.get().error()));
      case DONE -> {
        Optional<StoredPack> stored = packs.find(after.get().key());
        if (stored.isPresent() && answers(after.get(), stored.get(), asked, profile)) {
          Json.send(response, 200, PackView.of(stored.get()));
        } else {
          OncePost.send(response, done.answer());
        }
      }
      case PENDING -> OncePost.send(response, done.answer());
    }
  }

  /** Another request of the same campaign and locale may have replaced the pack since. */
  private static boolean answers(
      AcceptedRequest done, StoredPack stored, EnrichRequest asked, Profile profile) {
    return done.pack()
        .map(id -> id.equals(stored.pack().getId()))
        .orElseGet(() -> stored.requestHash().equals(PackId.ofRequest(asked, profile)));
  }

  /** Stores a new request once there is room for it; a known one was charged when it came. */
  private AcceptedRequest accept(
      Principal caller,
      String id,
      EnrichRequest asked,
      Profile profile,
      ContextEnrichRequest message)
      throws InterruptedException {
    Optional<AcceptedRequest> known = requests.find(id);
    if (known.isPresent()) {
      return known.get();
    }
    LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    Charge charge =
        reservations.reserve(caller.userId(), id, TokenEstimate.of(asked, profile, today));
    try {
      own(caller, PackKey.of(asked));
      AcceptedRequest accepted = requests.accept(id, PackKey.of(asked), message, charge);
      if (!accepted.charge().equals(Optional.of(charge))) {
        reservations.giveBack(charge);
      }
      return accepted;
    } catch (ProblemException | InvalidMessageException e) {
      reservations.giveBack(charge);
      throw e;
    }
  }

  private void pack(ServerRequest request, ServerResponse response) throws InterruptedException {
    String campaign = request.path().pathParameters().get("campaign");
    String locale = request.path().pathParameters().get("locale");
    String profile = request.query().first("profile").orElse(RequestReader.DEFAULT_PROFILE);
    String tag =
        RequestReader.locale(locale)
            .orElseThrow(
                () ->
                    new ProblemException(
                        Problem.invalid("locale", "not a known BCP 47 tag such as de-DE")))
            .toLanguageTag();
    StoredPack stored =
        packs
            .find(new PackKey(profile, campaign, tag), Caller.of(request)::mayActFor)
            .orElseThrow(
                () ->
                    new ProblemException(
                        Problem.notFound(
                            "no pack of profile %s for campaign %s and locale %s"
                                .formatted(profile, campaign, tag))));
    Json.send(response, 200, PackView.of(stored));
  }

  /**
   * Packs are shared by profile, campaign and locale; whoever asks for one first has it. Only
   * looks: what is refused later for another reason must not have taken the key.
   */
  private void refuseForeign(Principal caller, PackKey key) throws InterruptedException {
    if (caller.via() == Principal.Via.LOCAL) {
      return; // where nobody is asked, packs are nobody's in particular
    }
    Optional<String> owner = packs.ownerOf(key);
    if (owner.isPresent() && !caller.mayActFor(owner.get())) {
      throw foreign();
    }
  }

  /** Takes the key for an accepted request, unless somebody has taken it since it was looked at. */
  private void own(Principal caller, PackKey key) throws InterruptedException {
    if (caller.via() != Principal.Via.LOCAL && !caller.mayActFor(packs.own(key, caller.userId()))) {
      throw foreign();
    }
  }

  private static ProblemException foreign() {
    return new ProblemException(
        Problem.conflict("the pack of this profile, campaign and locale is another user's"));
  }

  /**
   * The request as it is after {@code wait} or when it has ended; empty when nobody waits, or too
   * many do.
   */
  private Optional<AcceptedRequest> awaited(String id, Duration wait) throws InterruptedException {
    if (wait.isZero() || !waiting.tryAcquire()) {
      return Optional.empty();
    }
    try {
      return looked(id, wait);
    } finally {
      waiting.release();
    }
  }

  private Optional<AcceptedRequest> looked(String id, Duration wait) throws InterruptedException {
    Instant until = clock.instant().plus(wait);
    Optional<AcceptedRequest> now = Optional.empty();
    while (clock.instant().isBefore(until)) {
      now = requests.find(id);
      boolean pending =
          now.filter(found -> found.status() == AcceptedRequest.Status.PENDING).isPresent();
      if (!pending || stopping.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        break;
      }
    }
    return now;
  }

  private static EnrichRequest checked(ContextEnrichRequest message, Map<String, Profile> known) {
    return switch (new RequestReader(known.keySet()).read(message)) {
      case RequestCheck.Accepted accepted -> accepted.request();
      case RequestCheck.Refused refused ->
          throw new ProblemException(
              Problem.invalid(
                  refused.problems().stream()
                      .map(problem -> new FieldError(problem.field(), problem.message()))
                      .toList()));
    };
  }

  private static Profile profileOf(EnrichRequest request, Map<String, Profile> known) {
    Profile profile = known.get(request.profile());
    if (profile == null) {
      throw new IllegalStateException("the reader let an unknown profile pass");
    }
    return profile;
  }

  private static String requestId(String workId) {
    return "enrich-" + workId;
  }

  private static Duration waitOf(ServerRequest request) {
    String text = Fields.readQuery(request, query -> query.optionalText("wait", 20)).orElse("0s");
    Matcher matcher = WAIT.matcher(text);
    if (matcher.matches()) {
      long amount = Long.parseLong(matcher.group(1));
      Duration wait =
          matcher.group(2).equals("s") ? Duration.ofSeconds(amount) : Duration.ofMillis(amount);
      if (wait.compareTo(LONGEST_WAIT) <= 0) {
        return wait;
      }
    }
    throw new ProblemException(
        Problem.invalid("wait", "wanted is a time up to 120s such as 30s or 500ms"));
  }

  private static IdempotentAnswer receipt(AcceptedRequest accepted) {
    var receipt = new LinkedHashMap<String, Object>();
    receipt.put("request_id", accepted.id());
    receipt.put("campaign_id", accepted.key().campaignId());
    receipt.put("locale", accepted.key().locale());
    receipt.put("profile", accepted.key().profile());
    receipt.put("correlation_id", accepted.correlationId());
    receipt.put("status", accepted.status().name().toLowerCase(java.util.Locale.ROOT));
    return OncePost.json(202, receipt, Map.of());
  }
}
