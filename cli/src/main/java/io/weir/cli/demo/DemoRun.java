package io.weir.cli.demo;

import io.weir.cli.check.TextDocument;
import io.weir.cli.remote.CallException;
import io.weir.cli.remote.ServiceApi;
import io.weir.localstack.StackService;
import io.weir.messaging.runtime.Secret;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** The whole demo against a running platform. */
public final class DemoRun {

  private static final Duration CONNECT_TIME_OUT = Duration.ofSeconds(5);
  // A model may take its time for a chat answer.
  private static final Duration CALL_TIME_OUT = Duration.ofMinutes(2);

  /** What it came to; {@code line} is the last line for the person and for scripts. */
  public record Outcome(boolean isOk, String line) {}

  private final Map<StackService, URI> urls;
  private final Optional<Secret> key;
  private final PrintStream out;
  private final RandomGenerator random = new SecureRandom();

  /**
   * Does nothing yet.
   *
   * @param urls the HTTP address of every service
   * @param key the API key to show to them, if there is one
   * @param out where progress and results go
   */
  public DemoRun(Map<StackService, URI> urls, Optional<Secret> key, PrintStream out) {
    this.urls = Map.copyOf(urls);
    this.key = key;
    this.out = out;
  }

  /**
   * Runs it.
   *
   * @param keep whether the documents stay in the platform
   */
  public Outcome run(boolean keep) throws InterruptedException {
    try (HttpClient http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIME_OUT)
            .build()) {
      Paper paper = new Paper(out, System::nanoTime);
      ServiceApi entities = api(http, StackService.ENTITY_WORKER);
      Library library = new Library(entities, "demo-" + Long.toHexString(random.nextLong()));
      List<TextDocument> documents = DemoInput.documents();
      List<Step> steps =
          List.of(
              new ReviewStep(
                  api(http, StackService.REVIEW_WORKER), DemoInput.sources(random), paper),
              new EntitiesStep(entities, library, documents, paper),
              new SearchStep(entities, library, SearchStep.questions(documents), paper),
              new EnrichStep(api(http, StackService.ENRICHER_SERVICE), library, paper),
              new ChatStep(api(http, StackService.LLM_GATEWAY), paper));
      List<Demo.Result> results = new Demo(steps, paper).run();
      if (!keep) {
        clear(library, paper);
      }
      boolean allOk = results.stream().allMatch(result -> result.verdict().isOk());
      return new Outcome(allOk, Demo.summary(results));
    }
  }

  // A document that stays is untidy, not a failed demo.
  private static void clear(Library library, Paper paper) throws InterruptedException {
    try {
      library.clear();
    } catch (CallException e) {
      paper.line("note: some demo documents stay: " + e.getMessage());
    }
  }

  private ServiceApi api(HttpClient http, StackService service) {
    URI url = urls.get(service);
    if (url == null) {
      throw new IllegalArgumentException("the address of " + service.module() + " is missing");
    }
    return new ServiceApi(http, url, key, CALL_TIME_OUT);
  }
}
