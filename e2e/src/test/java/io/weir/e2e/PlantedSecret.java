package io.weir.e2e;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * An invented secret.
 *
 * @param value what must be found nowhere
 * @param written as people write it: alone where its form tells what it is, else given to a name
 * @param alone whether its form alone tells
 */
record PlantedSecret(String value, String written, boolean alone) {
  private static final String DIGITS = "0123456789";
  private static final String SMALL = "abcdefghijklmnopqrstuvwxyz";
  private static final String CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  private static final String ALL = DIGITS + SMALL + CAPITALS;
  private static final String HEX = "0123456789abcdef";
  private static final String BASE32 = CAPITALS + "234567";

  /** Prefix, alphabet and length of forms that need no more. */
  private static final List<List<Object>> FORMS =
      List.of(
          List.of("ghp_", ALL, 36),
          List.of("gho_", ALL, 36),
          List.of("ghu_", ALL, 36),
          List.of("ghs_", ALL, 36),
          List.of("ghr_", ALL, 36),
          List.of("github_pat_", ALL, 82),
          List.of("glpat-", ALL, 20),
          List.of("AKIA", BASE32, 16),
          List.of("ASIA", BASE32, 16),
          List.of("AIza", ALL, 35),
          List.of("GOCSPX-", ALL, 28),
          List.of("ya29.", ALL, 60),
          List.of("xoxb-", ALL, 40),
          List.of("xoxp-", ALL, 40),
          List.of("xapp-1-", ALL, 40),
          List.of("sk_live_", ALL, 24),
          List.of("rk_live_", ALL, 24),
          List.of("whsec_", ALL, 32),
          List.of("npm_", ALL, 36),
          List.of("pypi-AgEIcHlwaS5vcmc", ALL, 70),
          List.of("SK", HEX, 32),
          List.of("key-", HEX, 32),
          List.of("dop_v1_", HEX, 64),
          List.of("hf_", ALL, 34),
          List.of("hvs.", ALL, 30),
          List.of("shpat_", HEX, 32),
          List.of("dapi", HEX, 32),
          List.of("sk-proj-", ALL, 48),
          List.of("sk-", ALL, 48),
          List.of("sk-ant-api03-", ALL, 60),
          List.of("gsk_", ALL, 52),
          List.of("glsa_", ALL, 40),
          List.of("lin_api_", ALL, 40),
          List.of("figd_", ALL, 40),
          List.of("dckr_pat_", ALL, 27),
          List.of("rubygems_", HEX, 48),
          List.of("sbp_", HEX, 40),
          List.of("NRAK-", CAPITALS + DIGITS, 27),
          List.of("pscale_tkn_", ALL, 43),
          List.of("tskey-auth-", ALL, 30),
          List.of("ATATT3", ALL, 80),
          List.of("HRKU-", ALL, 40));

  /** Over a hundred secrets of all kinds, the same for the same numbers. */
  static List<PlantedSecret> make(Random random) {
    var made = new ArrayList<PlantedSecret>();
    for (int round = 0; round < 2; round++) {
      for (List<Object> form : FORMS) {
        made.add(alone(form.get(0) + some(random, (String) form.get(1), (int) form.get(2))));
      }
      made.add(alone("SG." + some(random, ALL, 22) + "." + some(random, ALL, 43)));
      made.add(alone("weir_" + some(random, ALL, 12) + "_" + some(random, ALL, 43)));
      made.add(alone(some(random, "123456789", 10) + ":AA" + some(random, ALL, 33)));
      made.add(alone("SU" + some(random, BASE32, 56)));
      made.add(alone(token(random)));
      made.add(in("https://hooks.slack.com/services/%s", "T0/B0/" + some(random, ALL, 30)));
      made.add(in("https://discord.com/api/webhooks/123456789012345678/%s", some(random, ALL, 68)));
      made.add(in("postgres://app:%s@db.internal:5432/app", some(random, ALL, 18)));
      made.add(in("amqp://app:%s@mq.internal:5672", some(random, ALL, 18)));
      made.add(in("curl -u admin:%s http://host/", some(random, ALL, 16)));
      made.add(in("Authorization: Basic %s", some(random, ALL, 40)));
      made.add(in("AccountKey=%s==", some(random, ALL, 86)));
      made.add(in("db_password = \"%s\"", some(random, ALL, 14)));
      made.add(in("API_KEY='%s'", some(random, HEX, 32)));
      made.add(in("client_secret: \"%s\"", some(random, ALL, 40)));
      made.add(in("const authToken = '%s';", some(random, ALL, 30)));
      made.add(
          in(
              "-----BEGIN RSA PRIVATE KEY-----\\n%s\\n-----END RSA PRIVATE KEY-----",
              some(random, ALL, 60)));
    }
    return List.copyOf(made);
  }

  private static PlantedSecret alone(String value) {
    return new PlantedSecret(value, value, true);
  }

  private static PlantedSecret in(String text, String value) {
    return new PlantedSecret(value, text.formatted(value), false);
  }

  private static String token(Random random) {
    var encoder = Base64.getUrlEncoder().withoutPadding();
    return encoder.encodeToString(
            "{\"alg\":\"HS256\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8))
        + "."
        + encoder.encodeToString(
            ("{\"sub\":\"" + some(random, SMALL, 12) + "\"}")
                .getBytes(java.nio.charset.StandardCharsets.UTF_8))
        + "."
        + some(random, ALL, 43);
  }

  /** Of many kinds of characters, so that none looks like a mask or a stand-in. */
  private static String some(Random random, String alphabet, int length) {
    boolean digits = alphabet.chars().anyMatch(Character::isDigit);
    while (true) {
      String text =
          IntStream.range(0, length)
              .mapToObj(_ -> String.valueOf(alphabet.charAt(random.nextInt(alphabet.length()))))
              .collect(Collectors.joining());
      boolean varied = text.chars().distinct().count() >= Math.min(8, length / 2);
      if (varied && (!digits || text.chars().filter(Character::isDigit).count() >= 2)) {
        return text;
      }
    }
  }
}
