package io.weir.localstack;

import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code run.json} tells of a stack: who runs it and where its parts listen.
 *
 * @param pid of the process that started the stack and ends with it
 * @param startedAt of that process; a process id alone may have been given to another since
 * @param natsUrl as the services got it; may carry credentials when the server is not ours
 * @param mongodbUri likewise
 * @param services HTTP address by module
 */
public record RunningStack(
    long pid,
    Instant startedAt,
    Path home,
    String natsUrl,
    String mongodbUri,
    Map<String, String> services,
    List<String> notes) {

  /** The HTTP address of a service; empty when this stack does not have it. */
  public Optional<URI> url(StackService service) {
    return Optional.ofNullable(services.get(service.module())).map(URI::create);
  }

  /** Whether the process that started it still lives. */
  boolean isAlive() {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .flatMap(process -> process.info().startInstant())
        .map(startedAt::equals)
        .orElse(false);
  }
}
