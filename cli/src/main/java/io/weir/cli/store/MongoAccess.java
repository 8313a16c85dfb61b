package io.weir.cli.store;

import io.weir.localstack.HostEnvironment;
import io.weir.localstack.LocalStack;
import io.weir.localstack.StackException;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.runtime.SettingsReader;
import io.weir.platform.mongo.Indexes;
import io.weir.platform.mongo.Mongo;
import io.weir.platform.mongo.MongoRefusedException;
import io.weir.platform.mongo.MongoSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * The way to MongoDB: the {@code MONGODB_*} variables, else the platform that runs in this
 * checkout.
 */
public final class MongoAccess {
  private static final String URI = "MONGODB_URI";
  // Below the driver's own patience, whose complaint is long.
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  private final HostEnvironment host;
  private final Path home;
  private final Consumer<String> note;

  /**
   * What a command does with MongoDB.
   *
   * @param <T> what comes of it
   */
  @FunctionalInterface
  public interface Use<T> {
    /** Does it. */
    T apply(Mongo mongo) throws InterruptedException;
  }

  /**
   * Knows where to look.
   *
   * @param home where a platform of this checkout keeps its data
   * @param note takes a line for whoever waits
   */
  public MongoAccess(HostEnvironment host, Path home, Consumer<String> note) {
    this.host = host;
    this.home = home;
    this.note = note;
  }

  /**
   * Connects, puts {@code needed} in place, and closes when {@code use} is through.
   *
   * @throws StackException when there is no server to be found, or it does not answer; says what to
   *     do
   * @throws MongoRefusedException when it does not let us in
   * @throws DependencyUnavailableException when it goes away meanwhile
   */
  public <T> T with(Indexes needed, Use<T> use) throws InterruptedException {
    return with(List.of(needed), use);
  }

  /** The same with any number of indexes; none for reading only. */
  public <T> T with(List<Indexes> needed, Use<T> use) throws InterruptedException {
    MongoSettings settings = settings();
    var mongo = new Mongo(settings, Clock.systemUTC());
    needed.forEach(mongo::with);
    try {
      start(mongo, settings);
      return use.apply(mongo);
    } finally {
      mongo.close();
    }
  }

  private MongoSettings settings() {
    String uri =
        host.get(URI)
            .or(() -> LocalStack.running(home).map(running -> running.mongodbUri()))
            .orElseThrow(
                () ->
                    new StackException(
                        ("No MongoDB to talk to: nothing runs in %s. Start it: ./weir up, or set"
                                + " MONGODB_URI.")
                            .formatted(home)));
    var variables = new HashMap<>(host.variables());
    // The services' file may hold settings that only they know.
    var _ = variables.remove("WEIR_CONFIG");
    var _ = variables.put(URI, uri);
    var reader = SettingsReader.of(variables);
    MongoSettings settings = MongoSettings.read(reader);
    reader.check();
    return settings;
  }

  // A service waits for MongoDB as long as it takes; a person does not.
  private void start(Mongo mongo, MongoSettings settings) throws InterruptedException {
    var started =
        new FutureTask<>(
            () -> {
              mongo.start();
              return true;
            });
    Thread.ofVirtual().name("mongodb-start").start(started);
    boolean said = false;
    while (!endsWithinPatience(started)) {
      if (!mongo.isConnected()) {
        throw new StackException(
            "MongoDB at %s does not answer within %d s. Is it running, and is MONGODB_URI right?"
                .formatted(settings.hosts(), PATIENCE.toSeconds()));
      }
      if (!said) {
        note.accept("MongoDB builds indexes; on large collections that takes its time.");
        said = true;
      }
    }
  }

  private static boolean endsWithinPatience(FutureTask<Boolean> start) throws InterruptedException {
    try {
      return start.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
