package io.weir.review.config;

import io.weir.messaging.runtime.SettingsReader;
import io.weir.platform.llm.LlmUsage;
import io.weir.platform.usage.Prices;
import java.time.Duration;
import java.util.Optional;

/**
 * What is particular to reviews.
 *
 * @param maxConcurrent jobs at once
 * @param maxContent most characters of a file or a log
 * @param claims how work is held
 * @param linters where the linters are
 * @param model how the model is asked
 */
public record ReviewSettings(
    int maxConcurrent, int maxContent, Claiming claims, Linting linters, Model model) {
  /**
   * How work is held.
   *
   * @param owner this process, for people who look at a claim
   * @param lease how long a dead worker's claim holds; shorter than the ack-wait, so that the
   *     message that comes back finds its job free
   * @param ackWait after which the message of a dead worker comes back
   */
  public record Claiming(String owner, Duration lease, Duration ackWait) {}

  /**
   * Where the linters are and how long one may take.
   *
   * @param pylint path or bare name
   * @param node path or bare name
   * @param eslintHome folder with our configuration and {@code node_modules}; empty for none
   */
  public record Linting(String pylint, String node, String eslintHome, Duration timeOut) {}

  /**
   * How the model is asked and what is reckoned for it.
   *
   * @param maxTokens longest answer
   * @param temperature empty for models that take none
   * @param prices what its tokens cost
   */
  public record Model(int maxTokens, Optional<Double> temperature, Prices prices) {
    /** What tokens cost in micro-dollars. */
    public long costMicros(LlmUsage usage) {
      return prices.costMicros(usage.promptTokens(), usage.completionTokens());
    }
  }

  public static ReviewSettings read(SettingsReader settings) {
    return new ReviewSettings(
        settings.integer("MAX_CONCURRENT", 5, 1, 100, "review jobs at once"),
        (int)
            settings.bytes(
                "REVIEW_MAX_CONTENT",
                50 * 1024,
                1024,
                1 << 20,
                "longest file or error log, in UTF-8"),
        claims(settings),
        linters(settings),
        model(settings));
  }

  private static Claiming claims(SettingsReader settings) {
    String owner =
        settings.text(
            "AGENT_ID", "review-worker-" + ProcessHandle.current().pid(), "this process in claims");
    Duration ackWait =
        settings.duration(
            "REVIEW_ACK_WAIT",
            Duration.ofSeconds(30),
            Duration.ofSeconds(1),
            Duration.ofMinutes(4),
            "after which a dead worker's job comes back");
    Duration lease =
        settings.duration(
            "REVIEW_CLAIM_LEASE",
            Duration.ofSeconds(20),
            Duration.ofSeconds(1),
            Duration.ofMinutes(4),
            "how long a dead worker's claim holds");
    if (lease.compareTo(ackWait) > 0) {
      settings.problem(
          "REVIEW_CLAIM_LEASE", lease.toSeconds() + "s", "no more than REVIEW_ACK_WAIT");
    }
    return new Claiming(owner, lease, ackWait);
  }

  private static Linting linters(SettingsReader settings) {
    return new Linting(
        settings.text(
            "PYLINT",
            "pylint",
            "path of pylint; a bare name is looked for in the system's folders"),
        settings.text("NODE", "node", "path of node, which runs ESLint; a bare name as for PYLINT"),
        settings.text("ESLINT_HOME", "", "folder with ESLint's node_modules and eslint.config.mjs"),
        settings.duration(
            "LINTER_TIMEOUT",
            Duration.ofSeconds(10),
            Duration.ofSeconds(1),
            Duration.ofMinutes(2),
            "after which a linter is killed"));
  }

  private static Model model(SettingsReader settings) {
    return new Model(
        settings.integer(
            "REVIEW_MAX_TOKENS", 2048, 64, 100_000, "longest answer of the model, in tokens"),
        temperature(settings),
        Prices.read(settings));
  }

  private static Optional<Double> temperature(SettingsReader settings) {
    String name = "REVIEW_TEMPERATURE";
    String text =
        settings.text(name, "0.7", "temperature of the model, or none for models that take none");
    if (text.equalsIgnoreCase("none")) {
      return Optional.empty();
    }
    try {
      double value = Double.parseDouble(text);
      if (value >= 0 && value <= 2) {
        return Optional.of(value);
      }
    } catch (NumberFormatException e) {
      // told below
    }
    settings.problem(name, text, "a number from 0 to 2, or none");
    return Optional.empty();
  }
}
