package io.weir.localstack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.localstack.PartState.Status;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalStackIT {

  private static final Path ROOT = Path.of(System.getProperty("weir.root", ".."));
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path directory;
  private final List<PartState> heard = new CopyOnWriteArrayList<>();
  private StackConfig config = StackConfig.forTest(ROOT, Path.of("unused"));

  @BeforeEach
  void checkout() throws IOException {
    Path root = StandInService.checkout(directory.resolve("checkout"), ROOT);
    config = StackConfig.forTest(root, directory.resolve("home"));
  }

  @AfterEach
  void unlink() throws IOException {
    // JUnit warns of links that lead out of the folder it deletes.
    Files.delete(config.root().resolve("local-stack").resolve("target").resolve("app"));
  }

  @Test
  void everythingStartsIsToldOfAndStops() throws Exception {
    List<ProcessHandle> processes;
    try (LocalStack stack = LocalStack.start(config, heard::add)) {
      List<PartState> states = stack.states();
      processes = states.stream().map(part -> ProcessHandle.of(part.pid()).orElseThrow()).toList();
      assertEquals(
          List.of(
              "nats", "mongo", "llm-gateway", "review-worker", "entity-worker", "enricher-service"),
          states.stream().map(PartState::name).toList());
      assertEquals(
          Set.of(Status.READY), EnumSet.copyOf(states.stream().map(PartState::status).toList()));
      RunningStack told = LocalStack.running(config.home()).orElseThrow();
      assertEquals(stack.describe(), told);
      assertEquals(
          stack.url(StackService.LLM_GATEWAY), told.url(StackService.LLM_GATEWAY).orElseThrow());
      StackException second =
          assertThrows(StackException.class, () -> LocalStack.start(config, heard::add));
      String expected =
          "pid %d. Stop it with Ctrl-C there or: kill %1$d"
              .formatted(ProcessHandle.current().pid());
      assertTrue(second.getMessage().endsWith(expected), second.getMessage());
    }

    assertTrue(processes.stream().noneMatch(ProcessHandle::isAlive));
    assertTrue(LocalStack.running(config.home()).isEmpty());
    String log = Files.readString(config.home().resolve("logs").resolve("review-worker.out"));
    assertTrue(log.contains("drained"), log);
    LocalStack.start(config, heard::add).close();
  }

  @Test
  void aPartThatDiesIsStartedAgain() throws Exception {
    try (LocalStack stack = LocalStack.start(config, heard::add)) {
      long before = stack.process(StackService.ENTITY_WORKER).pid();
      stack.process(StackService.ENTITY_WORKER).kill();
      long mongoBefore = pidOf(stack, "mongo");
      ProcessHandle.of(mongoBefore).orElseThrow().destroyForcibly();

      assertTrue(
          Polling.until(
              PATIENCE, () -> heard("entity-worker", Status.RESTARTING) && allReady(stack)),
          stack.states()::toString);
      assertTrue(
          Polling.until(PATIENCE, () -> heard("mongo", Status.RESTARTING) && allReady(stack)),
          stack.states()::toString);
      assertNotEquals(before, stack.process(StackService.ENTITY_WORKER).pid());
      assertNotEquals(mongoBefore, pidOf(stack, "mongo"));
    }
  }

  @Test
  void aServiceThatCannotStartEndsTheStartWithItsLogLines() throws Exception {
    StackException failure =
        assertThrows(
            StackException.class,
            () ->
                LocalStack.start(config.with("WEIR_STAND_IN_FAILS", "review-worker"), heard::add));

    assertTrue(
        failure.getMessage().startsWith("review-worker ended while it was starting (exit code 78)"),
        failure.getMessage());
    assertTrue(
        failure.getMessage().contains("cannot start: a setting is wrong"), failure.getMessage());
    for (PartState part : heard) {
      assertFalse(
          part.pid() > 0 && ProcessHandle.of(part.pid()).map(ProcessHandle::isAlive).orElse(false),
          part.toString());
    }
    assertTrue(LocalStack.running(config.home()).isEmpty());
  }

  @Test
  void aTakenPortOfAServiceIsNamedAndATakenBrokerPortIsReplaced() throws Exception {
    try (ServerSocket ignored =
        new ServerSocket(
            config.ports().of(StackService.ENTITY_WORKER), 1, InetAddress.getLoopbackAddress())) {
      StackException failure =
          assertThrows(StackException.class, () -> LocalStack.start(config, heard::add));
      assertTrue(
          failure
              .getMessage()
              .startsWith(
                  "Port %d, which entity-worker needs, is taken."
                      .formatted(ignored.getLocalPort())),
          failure.getMessage());
    }
    try (ServerSocket ignored =
            new ServerSocket(config.ports().nats(), 1, InetAddress.getLoopbackAddress());
        LocalStack stack = LocalStack.start(config.withServices(Set.of()), heard::add)) {
      assertNotEquals("nats://127.0.0.1:" + ignored.getLocalPort(), stack.natsUrl());
      assertTrue(
          stack.notes().getFirst().contains("nats-server listens on"), stack.notes().toString());
    }
  }

  @Test
  void givenServersAreUsedAndTheirPasswordsNotShown() throws Exception {
    StackConfig external =
        config
            .with("NATS_URL", "nats://me:secret@nats.example:4222")
            .with("MONGODB_URI", "mongodb://me:secret@mongo.example/")
            .withServices(Set.of(StackService.ENTITY_WORKER));
    try (LocalStack stack = LocalStack.start(external, heard::add)) {
      assertFalse(stack.states().toString().contains("secret"), stack.states().toString());
      URI environment = stack.url(StackService.ENTITY_WORKER).resolve("/environment");
      String seen =
          new String(environment.toURL().openStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(seen.contains("NATS_URL=nats://me:secret@nats.example:4222"), seen);
      assertFalse(
          seen.contains("JAVA_HOME"), "more than the clean environment was handed on: " + seen);
    }
  }

  @Test
  void aRunFileOfADeadProcessIsReplaced() throws Exception {
    Files.createDirectories(config.home());
    Files.writeString(
        config.home().resolve("run.json"),
        "{\"pid\":%d,\"startedAt\":\"2001-01-01T00:00:00Z\"}"
            .formatted(ProcessHandle.current().pid()));

    try (LocalStack stack = LocalStack.start(config.withServices(Set.of()), heard::add)) {
      assertEquals(stack.natsUrl(), LocalStack.running(config.home()).orElseThrow().natsUrl());
    }
  }

  @Test
  void sigtermOfTheParentDrainsTheStack() throws Exception {
    Process parent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Parent.class.getName(),
                config.root().toString(),
                config.home().toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out = parent.inputReader(StandardCharsets.UTF_8)) {
      assertEquals("up", out.readLine());
      assertEquals(parent.pid(), LocalStack.running(config.home()).orElseThrow().pid());
      List<ProcessHandle> children = parent.descendants().toList();

      parent.destroy();

      assertTrue(parent.waitFor(40, TimeUnit.SECONDS));
      assertTrue(
          Polling.until(
              Duration.ofSeconds(5), () -> children.stream().noneMatch(ProcessHandle::isAlive)));
      String log = Files.readString(config.home().resolve("logs").resolve("llm-gateway.out"));
      assertTrue(log.contains("drained"), log);
      assertFalse(Files.exists(config.home().resolve("run.json")));
    } finally {
      parent.destroyForcibly();
    }
  }

  private boolean heard(String name, Status status) {
    return heard.stream().anyMatch(part -> part.name().equals(name) && part.status() == status);
  }

  private static boolean allReady(LocalStack stack) {
    return stack.states().stream().allMatch(part -> part.status() == Status.READY);
  }

  private static long pidOf(LocalStack stack, String name) {
    return stack.states().stream()
        .filter(part -> part.name().equals(name))
        .findFirst()
        .orElseThrow()
        .pid();
  }

  /** A JVM that starts a stack and waits. */
  static final class Parent {

    private Parent() {}

    public static void main(String[] args) throws Exception {
      LocalStack.start(StackConfig.forTest(Path.of(args[0]), Path.of(args[1])), state -> {});
      System.out.println("up");
      System.in.read();
    }
  }
}
