package io.weir.enricher.pipeline;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import com.ibm.icu.util.IllformedLocaleException;
import com.ibm.icu.util.ULocale;
import io.weir.enricher.pipeline.RequestCheck.FieldProblem;
import io.weir.messaging.secret.Redaction;
import io.weir.proto.v1.ContextEnrichRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads a request into its canonical form and checks what the contract alone can't say: ages,
 * locale, profile and sizes. Safe for use by several threads.
 */
public final class RequestReader {
  private static final int OLDEST = 130;
  private static final int TEXT_LIMIT = 8_000;
  private static final int ENTRY_LIMIT = 4_000;
  private static final int LIST_LIMIT = 500;
  private static final int ATTRIBUTES_LIMIT = 16_384;
  private static final Set<String> LANGUAGES = Set.of(ULocale.getISOLanguages());
  private static final Set<String> COUNTRIES = Set.of(ULocale.getISOCountries());

  /** What a request without a profile means. */
  public static final String DEFAULT_PROFILE = "campaign";

  private final Set<String> profiles;

  /**
   * @param profiles names of the profiles that there are
   */
  public RequestReader(Set<String> profiles) {
    this.profiles = new TreeSet<>(profiles);
  }

  /** Checks all fields, so that a caller learns of every mistake at once. */
  public RequestCheck read(ContextEnrichRequest message) {
    var problems = new ArrayList<FieldProblem>();
    if (message.getCampaignId().isBlank()) {
      problems.add(new FieldProblem("campaign_id", "required"));
    } else if (message.getCampaignId().chars().anyMatch(Character::isISOControl)) {
      problems.add(new FieldProblem("campaign_id", "must not contain control characters"));
    } else if (!Redaction.ofLog(message.getCampaignId()).equals(message.getCampaignId())) {
      problems.add(new FieldProblem("campaign_id", "looks like a secret"));
    }
    Optional<ULocale> locale = locale(message.getLocale(), problems);
    ages(message, problems);
    String profile = message.getProfile().isBlank() ? DEFAULT_PROFILE : message.getProfile();
    if (!profiles.contains(profile)) {
      problems.add(
          new FieldProblem("profile", "unknown: '" + profile + "'; there are " + profiles));
    }
    size("region", message.getRegion(), 256, problems);
    size("audience", message.getAudience(), TEXT_LIMIT, problems);
    size("interests_text", message.getInterestsText(), TEXT_LIMIT, problems);
    List<String> products = entries("product_names", message.getProductNamesList(), problems);
    List<String> banned =
        entries(
            "brand_compliance.banned_words",
            message.getBrandCompliance().getBannedWordsList(),
            problems);
    List<String> legal =
        entries(
            "brand_compliance.legal_guidelines",
            message.getBrandCompliance().getLegalGuidelinesList(),
            problems);
    String attributes = attributes(message, problems);
    if (!problems.isEmpty() || locale.isEmpty()) {
      return new RequestCheck.Refused(problems);
    }
    return new RequestCheck.Accepted(
        new EnrichRequest(
            profile,
            message.getCampaignId().strip(),
            locale.get(),
            masked(message.getRegion()),
            masked(message.getAudience()),
            message.getAgeMin(),
            message.getAgeMax(),
            masked(message.getInterestsText()),
            products,
            banned,
            legal,
            attributes));
  }

  /** The locale that a BCP 47 tag names, or empty when it is none that CLDR knows. */
  public static Optional<ULocale> locale(String tag) {
    return locale(tag, new ArrayList<>());
  }

  private static Optional<ULocale> locale(String tag, List<FieldProblem> problems) {
    if (tag.isBlank()) {
      problems.add(new FieldProblem("locale", "required: a BCP 47 tag such as de-DE"));
      return Optional.empty();
    }
    ULocale locale;
    try {
      locale = new ULocale.Builder().setLanguageTag(tag.strip()).build();
    } catch (IllformedLocaleException e) {
      problems.add(
          new FieldProblem("locale", "not a BCP 47 tag such as de-DE: '" + shown(tag) + "'"));
      return Optional.empty();
    }
    if (!LANGUAGES.contains(locale.getLanguage())) {
      problems.add(new FieldProblem("locale", "unknown language in '" + shown(tag) + "'"));
      return Optional.empty();
    }
    // Three digits name a part of the world (es-419) and have no ISO country.
    if (locale.getCountry().length() == 2 && !COUNTRIES.contains(locale.getCountry())) {
      problems.add(new FieldProblem("locale", "unknown region in '" + shown(tag) + "'"));
      return Optional.empty();
    }
    return Optional.of(locale);
  }

  /** Requests that came by message have passed no door that masks secrets. */
  private static String masked(String text) {
    return Redaction.of(text.strip()).text();
  }

  private static String shown(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }

  private static void ages(ContextEnrichRequest message, List<FieldProblem> problems) {
    age("age_min", message.getAgeMin(), problems);
    age("age_max", message.getAgeMax(), problems);
    if (message.getAgeMax() > 0 && message.getAgeMin() > message.getAgeMax()) {
      problems.add(
          new FieldProblem(
              "age_min",
              "must not exceed age_max: " + message.getAgeMin() + " > " + message.getAgeMax()));
    }
  }

  private static void age(String field, int age, List<FieldProblem> problems) {
    if (age < 0 || age > OLDEST) {
      problems.add(new FieldProblem(field, "must be from 0 to " + OLDEST + ": " + age));
    }
  }

  private static void size(String field, String text, int limit, List<FieldProblem> problems) {
    if (text.length() > limit) {
      problems.add(
          new FieldProblem(field, "longer than " + limit + " characters: " + text.length()));
    }
  }

  private static List<String> entries(
      String field, List<String> values, List<FieldProblem> problems) {
    if (values.size() > LIST_LIMIT) {
      problems.add(
          new FieldProblem(field, "more than " + LIST_LIMIT + " entries: " + values.size()));
      return List.of();
    }
    var kept = new ArrayList<String>();
    var seen = new HashSet<String>();
    for (int i = 0; i < values.size(); i++) {
      String value = masked(values.get(i));
      size(field + "[" + i + "]", value, ENTRY_LIMIT, problems);
      if (!value.isEmpty() && seen.add(value)) {
        kept.add(value);
      }
    }
    return kept;
  }

  private static String attributes(ContextEnrichRequest message, List<FieldProblem> problems) {
    try {
      String json =
          JsonFormat.printer()
              .sortingMapKeys()
              .omittingInsignificantWhitespace()
              .print(message.getAttributes());
      int size = json.getBytes(StandardCharsets.UTF_8).length;
      if (size > ATTRIBUTES_LIMIT) {
        problems.add(
            new FieldProblem(
                "attributes", "larger than " + ATTRIBUTES_LIMIT + " bytes as JSON: " + size));
      }
      return json;
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) { // NaN, for one
      problems.add(new FieldProblem("attributes", "not valid JSON data: " + e.getMessage()));
      return "{}";
    }
  }
}
