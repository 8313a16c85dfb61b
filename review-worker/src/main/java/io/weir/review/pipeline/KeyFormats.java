package io.weir.review.pipeline;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;

/**
 * Keys that tell by their own form whose they are. Linear in the text's length: re2j does not
 * backtrack.
 */
final class KeyFormats {
  /**
   * @param literal must occur in the text for the pattern to be tried: most files have none of them
   * @param pattern group 1 is the secret
   */
  private record Format(String rule, String title, String literal, Pattern pattern) {}

  // Where a form alone says too little, it must not be the tail of a word; the n of a "\\n" escape
  // is no word.
  private static final String START = "(?:^|[^A-Za-z0-9_]|\\\\[nrt])";

  private static final List<Format> FORMATS =
      List.of(
          format("anthropic-key", "Anthropic API key", "sk-ant-", "(sk-ant-[A-Za-z0-9_-]{20,})"),
          format("openrouter-key", "OpenRouter API key", "sk-or-", "(sk-or-v1-[A-Za-z0-9]{32,})"),
          bounded(
              "openai-key",
              "OpenAI API key",
              "sk-",
              "(sk-(?:proj-|svcacct-|admin-|live-|test-)?[A-Za-z0-9_]{20,}[A-Za-z0-9_-]*)"),
          bounded(
              "openai-key",
              "OpenAI API key",
              "sk-",
              "(sk-(?:proj|svcacct|admin|live|test)-[A-Za-z0-9_-]{20,})"),
          bounded(
              "aws-access-key-id",
              "AWS access key id",
              "A",
              "((?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16})(?:$|[^A-Za-z0-9])"),
          format("github-token", "GitHub token", "gh", "(gh[pousr]_[A-Za-z0-9]{36,255})"),
          format(
              "github-token", "GitHub token", "github_pat_", "(github_pat_[A-Za-z0-9_]{22,255})"),
          format("gitlab-token", "GitLab token", "glpat-", "(glpat-[A-Za-z0-9_-]{20,})"),
          format("google-api-key", "Google API key", "AIza", "(AIza[A-Za-z0-9_-]{35})"),
          format(
              "google-client-secret",
              "Google client secret",
              "GOCSPX-",
              "(GOCSPX-[A-Za-z0-9_-]{28})"),
          format("slack-token", "Slack token", "xox", "(xox[abeoprs]-[A-Za-z0-9-]{10,})"),
          format("slack-token", "Slack app token", "xapp-", "(xapp-[0-9]-[A-Za-z0-9-]{20,})"),
          format(
              "slack-webhook",
              "Slack webhook address",
              "hooks.slack.com",
              "hooks\\.slack\\.com/(?:services|workflows)/([A-Za-z0-9/]{30,})"),
          format("stripe-key", "Stripe key", "k_", "((?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,})"),
          format(
              "stripe-webhook-secret",
              "Stripe webhook secret",
              "whsec_",
              "(whsec_[A-Za-z0-9+/=]{24,})"),
          bounded("npm-token", "npm token", "npm_", "(npm_[A-Za-z0-9]{36})"),
          format("pypi-token", "PyPI token", "pypi-", "(pypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,})"),
          bounded(
              "sendgrid-key",
              "SendGrid key",
              "SG.",
              "(SG\\.[A-Za-z0-9_-]{22}\\.[A-Za-z0-9_-]{43})"),
          bounded("twilio-key", "Twilio API key", "SK", "(SK[0-9a-f]{32})(?:$|[^A-Za-z0-9])"),
          bounded("hugging-face-token", "Hugging Face token", "hf_", "(hf_[A-Za-z0-9]{34,})"),
          bounded("digitalocean-token", "DigitalOcean token", "_v1_", "(do[opr]_v1_[0-9a-f]{64})"),
          bounded("databricks-token", "Databricks token", "dapi", "(dapi[0-9a-f]{32})"),
          bounded("shopify-token", "Shopify token", "shp", "(shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32})"),
          bounded(
              "telegram-token", "Telegram bot token", ":AA", "([0-9]{8,10}:AA[A-Za-z0-9_-]{33})"),
          format(
              "azure-storage-key",
              "Azure storage key",
              "AccountKey=",
              "AccountKey=([A-Za-z0-9+/]{80,}={0,2})"),
          format(
              "jwt",
              "JSON web token",
              "eyJ",
              "(eyJ[A-Za-z0-9_-]{10,}\\.eyJ[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]{10,})"),
          bounded(
              "bearer-token",
              "token in an Authorization header",
              "",
              "(?i:bearer|basic)[ \\t]+([A-Za-z0-9._~+/-]{20,}={0,2})"),
          bounded(
              "url-password",
              "password in a URL",
              "://",
              "[A-Za-z][A-Za-z0-9+.-]*://[^\\s/:@'\"`]*:([^\\s/@'\"`]{3,})@"));

  private KeyFormats() {}

  static List<Secret> find(String text) {
    var found = new ArrayList<Secret>();
    for (Format format : FORMATS) {
      if (!text.contains(format.literal)) {
        continue;
      }
      Matcher matcher = format.pattern.matcher(text);
      while (matcher.find()) {
        if (!Placeholders.isStandInKey(matcher.group(1)) && hasSubstance(matcher.group(1))) {
          found.add(Secret.whole(format.rule, format.title, matcher.start(1), matcher.end(1)));
        }
      }
    }
    return found;
  }

  // "sk-xxxxxxxxxxxxxxxxxxxxxxxx" and "Basic authentication_required" have the form only.
  private static boolean hasSubstance(String value) {
    return value.length() < 16
        || (value.chars().distinct().count() >= 8
            && value.chars().anyMatch(c -> (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z')));
  }

  private static Format format(String rule, String title, String literal, String pattern) {
    return new Format(rule, title, literal, Pattern.compile(pattern, Pattern.MULTILINE));
  }

  private static Format bounded(String rule, String title, String literal, String pattern) {
    return format(rule, title, literal, START + pattern);
  }
}
