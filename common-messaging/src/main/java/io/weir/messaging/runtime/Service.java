package io.weir.messaging.runtime;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What a service is made of; its {@code wire} method fills it in. Nothing runs until wiring is
 * done. Not thread-safe.
 */
public final class Service {
  private final String name;
  private final MeterRegistry meters;
  private final Clock clock;
  private final List<Component> components = new ArrayList<>();
  private final List<Component> background = new ArrayList<>();
  private final List<Component> apart = new ArrayList<>();
  private final List<Consumer<HttpRouting.Builder>> routes = new ArrayList<>();
  private final List<Consumer<WebServerConfig.Builder>> serverOptions = new ArrayList<>();
  private boolean open;

  private NotRunning notRunning = Service::plainly;

  /** How a service answers requests while it starts and stops. */
  @FunctionalInterface
  public interface NotRunning {
    /**
     * Sends the answer, a 503.
     *
     * @param reason for the person who reads it
     */
    void answer(RoutingRequest request, RoutingResponse response, String reason);
  }

  Service(String name, MeterRegistry meters, Clock clock) {
    this.name = name;
    this.meters = meters;
    this.clock = clock;
  }

  /** The service's name, such as {@code review-worker}. */
  public String name() {
    return name;
  }

  /** Where meters are registered; every one needs a description. */
  public MeterRegistry meters() {
    return meters;
  }

  public Clock clock() {
    return clock;
  }

  /** Adds a part that the service is not ready without. */
  public <T extends Component> T add(T component) {
    components.add(component);
    return component;
  }

  /**
   * Adds a part that the service is ready without: these start in order beside the others, so one
   * that waits for a dependency holds up only those after it.
   */
  public <T extends Component> T addBackground(T component) {
    background.add(component);
    return component;
  }

  /**
   * Adds a part that the service is ready without and that waits for no other: it starts by itself,
   * and holds up nothing.
   */
  public <T extends Component> T addApart(T component) {
    apart.add(component);
    return component;
  }

  /**
   * Adds routes that ask nobody who they are: with these, the service refuses to start on an
   * address that others can reach, unless it was told that this is meant. They answer 503 until the
   * service has started.
   */
  public void routes(Consumer<HttpRouting.Builder> more) {
    open = true;
    guardedRoutes(more);
  }

  /** Adds routes that ask every caller who they are, or are meant for everybody. */
  public void guardedRoutes(Consumer<HttpRouting.Builder> more) {
    routes.add(more);
  }

  /** Sets options of the HTTP server, such as its payload limit. */
  public void server(Consumer<WebServerConfig.Builder> options) {
    serverOptions.add(options);
  }

  /** Answers so, instead of with a problem of RFC 9457, while there is nobody to do the work. */
  public void whileNotRunning(NotRunning answer) {
    notRunning = answer;
  }

  private static void plainly(RoutingRequest request, RoutingResponse response, String reason) {
    response
        .status(Status.SERVICE_UNAVAILABLE_503)
        .header(HeaderNames.RETRY_AFTER, "1")
        .header(HeaderNames.CONTENT_TYPE, "application/problem+json")
        .send(
            "{\"title\":\"Service Unavailable\",\"status\":503,\"detail\":\"%s\"}"
                .formatted(reason));
  }

  NotRunning notRunning() {
    return notRunning;
  }

  List<Component> components() {
    return components;
  }

  List<Component> background() {
    return background;
  }

  List<Component> apart() {
    return apart;
  }

  /** All that it is ready without. */
  List<Component> beside() {
    return Stream.concat(background.stream(), apart.stream()).toList();
  }

  /** Whether it has routes that ask nobody. */
  boolean isOpen() {
    return open;
  }

  List<Consumer<HttpRouting.Builder>> routes() {
    return routes;
  }

  List<Consumer<WebServerConfig.Builder>> serverOptions() {
    return serverOptions;
  }
}
