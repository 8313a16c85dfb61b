package io.weir.testsupport;

import com.github.dockerjava.api.exception.NotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A MongoDB for tests of stores: the one that {@code WEIR_TEST_MONGODB_URI} names, or one in a
 * container where a Docker engine and the image are there. It lives as long as this process.
 * Looking for an engine takes half a second where there is none and may throw, so it is looked for
 * only where there is a sign of one, and once.
 */
public final class RealMongo {
  static final String URI = "WEIR_TEST_MONGODB_URI";

  private static final int PORT = 27017;
  private static final String HOST = "DOCKER_HOST";
  private static final Path SOCKET = Path.of("/var/run/docker.sock");
  private static final Object LOCK = new Object();
  private static @Nullable Search found;

  /** What came of the search. */
  public sealed interface Search {
    record Found(String uri) implements Search {}

    /**
     * There is none.
     *
     * @param reason for the report of the tests: what is missing, and what to do about it
     */
    record Missing(String reason) implements Search {}
  }

  private RealMongo() {}

  /** Looks for it the first time; says the same from then on. */
  public static Search find() {
    synchronized (LOCK) {
      Search before = found;
      if (before == null) {
        before = search(System.getenv(), Files.exists(SOCKET));
        found = before;
      }
      return before;
    }
  }

  static Search search(Map<String, String> environment, boolean socket) {
    String uri = environment.getOrDefault(URI, "");
    if (!uri.isEmpty()) {
      return new Search.Found(uri);
    }
    if (!socket && environment.getOrDefault(HOST, "").isEmpty()) {
      return missing("there is no Docker engine here (no DOCKER_HOST, no " + SOCKET + ")");
    }
    try {
      return inContainer(environment.getOrDefault("MONGO_IMAGE", "mongo:8.0"));
    } catch (Throwable e) { // errors too: of native parts, of classes, of class initialisers
      return missing("the Docker engine did not start MongoDB: " + e);
    }
  }

  private static Search inContainer(String image) {
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      return missing("the Docker engine of DOCKER_HOST or " + SOCKET + " does not answer");
    }
    try {
      var _ = DockerClientFactory.instance().client().inspectImageCmd(image).exec();
    } catch (NotFoundException e) {
      return missing("the Docker engine has no image " + image + " (docker pull " + image + ")");
    }
    @SuppressWarnings("resource") // Testcontainers removes it when this process ends
    var container = new GenericContainer<>(DockerImageName.parse(image)).withExposedPorts(PORT);
    container.start();
    return new Search.Found(
        "mongodb://%s:%d".formatted(container.getHost(), container.getMappedPort(PORT)));
  }

  private static Search missing(String what) {
    return new Search.Missing(
        "NOT TESTED ON MONGODB, on the embedded server only: %s; or set %s".formatted(what, URI));
  }
}
