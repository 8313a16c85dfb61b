package io.weir.cli.demo;

import io.weir.cli.check.SourceFile;
import io.weir.cli.check.SourceFile.Fault;
import io.weir.cli.check.TextDocument;
import io.weir.cli.check.TextDocument.Expected;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.random.RandomGenerator;

/** What the demo puts in. */
final class DemoInput {

  private static final String KEY_PLACE = "@PLANTED_KEY@";
  private static final String KEY_CHARACTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  private static final int KEY_LENGTH = 36;

  private DemoInput() {}

  /** The source files; the planted key is made here, so that no key stands in the repository. */
  static List<SourceFile> sources(RandomGenerator random) {
    String key = key(random);
    return List.of(
        new SourceFile(
            "orders.py",
            "python",
            resource("orders.py").replace(KEY_PLACE, key),
            "pylint",
            List.of(
                new Fault("import datetime", "datetime"),
                new Fault("cache={}", "dangerous"),
                new Fault("rebatte", "rebatte")),
            key),
        new SourceFile(
            "basket.ts",
            "typescript",
            resource("basket.ts"),
            "eslint",
            List.of(
                new Fault("var total", "var"),
                new Fault("const currency", "currency"),
                new Fault("wanted: any", "any"),
                new Fault("=== item.price", "itself")),
            ""));
  }

  /** The documents: a field test, a market note and a runbook. */
  static List<TextDocument> documents() {
    return List.of(
        new TextDocument(
            "Field test of the Alpenglow trail shoe",
            "🏔️ On 14 March 2026 Anna Schneider ran the Alpenglow trail shoe from Garmisch-Partenkirchen to"
                + " the Zugspitze. Its outsole kept its grip on wet limestone for 42 km. After the descent the"
                + " upper was dry within two hours. Questions go to anna.schneider@nordwand.example.",
            List.of(
                new Expected("14 March 2026", "date"),
                new Expected("Anna Schneider", "person"),
                new Expected("42 km", "quantity"),
                new Expected("anna.schneider@nordwand.example", "email"))),
        new TextDocument(
            "What trail runners in Germany ask for",
            "Trail runners in Germany ask for shoes that can be repaired, and pay up to 149 EUR for a pair."
                + " 東京 and Berlin differ: in Berlin a resoling service counts more than a new colour. The"
                + " survey is at https://research.nordwand.example/trail-2026.",
            List.of(
                new Expected("149 EUR", "quantity"),
                new Expected("https://research.nordwand.example/trail-2026", "url"))),
        new TextDocument(
            "Runbook: consumer lag grows",
            "When the lag of a durable consumer grows, look at its breaker first: an open one pauses pulling. Call"
                + " pauseConsumer() only with the owner's word, and follow order.placed.v1 through the logs."
                + " Dead letters are replayed from the shell once the cause is gone.",
            List.of(
                new Expected("order.placed.v1", "schema"),
                new Expected("pauseConsumer", "code_symbol"))));
  }

  private static String key(RandomGenerator random) {
    var key = new StringBuilder("ghp_");
    for (int i = 0; i < KEY_LENGTH; i++) {
      key.append(KEY_CHARACTERS.charAt(random.nextInt(KEY_CHARACTERS.length())));
    }
    return key.toString();
  }

  private static String resource(String name) {
    try (InputStream in = DemoInput.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the demo file " + name + " is not in the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("the demo file " + name + " can't be read", e);
    }
  }
}
