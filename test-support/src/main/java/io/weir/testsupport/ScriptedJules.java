package io.weir.testsupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/**
 * Google's Jules on 127.0.0.1: sessions that are created, listed newest first in pages, asked for
 * and approved, and whose states and activities the test decides. Safe for use by several threads.
 */
public final class ScriptedJules implements AutoCloseable {
  private static final int PAGE = 2;

  private final ServerSocket listener;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final List<ObjectNode> sessions = new CopyOnWriteArrayList<>();
  private final Map<String, List<ObjectNode>> activities =
      new java.util.concurrent.ConcurrentHashMap<>();
  private final List<String> calls = new CopyOnWriteArrayList<>();
  private volatile int failing;

  private ScriptedJules(ServerSocket listener) {
    this.listener = listener;
  }

  /** Listens on a free port. */
  public static ScriptedJules start() {
    try {
      var jules = new ScriptedJules(new ServerSocket(0, 64, InetAddress.getLoopbackAddress()));
      Thread.ofVirtual().name("scripted-jules").start(jules::accept);
      return jules;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String baseUrl() {
    return "http://127.0.0.1:" + listener.getLocalPort() + "/v1alpha";
  }

  /** The sessions as they were asked for, oldest first. */
  public List<JsonNode> sessions() {
    return List.copyOf(sessions);
  }

  /** Method and path of each call, in order. */
  public List<String> calls() {
    return List.copyOf(calls);
  }

  /** Sets the state of the newest session. */
  public ScriptedJules state(String state) {
    sessions.getLast().put("state", state);
    return this;
  }

  /** Adds an activity to the newest session, such as {@code agentMessaged} with its message. */
  public ScriptedJules activity(String kind, String field, String text) {
    ObjectNode activity = OpenAiBodies.JSON.createObjectNode();
    activity.putObject(kind).put(field, text);
    activities
        .computeIfAbsent(sessions.getLast().path("id").asText(), id -> new CopyOnWriteArrayList<>())
        .add(activity);
    return this;
  }

  /** Adds what the newest session has made. */
  public ScriptedJules pullRequest(String url) {
    sessions.getLast().putArray("outputs").addObject().putObject("pullRequest").put("url", url);
    return this;
  }

  /** Answers every call with this status; 0 ends it. */
  public ScriptedJules failing(int status) {
    failing = status;
    return this;
  }

  /** Returns when nobody is accepted any more. */
  @Override
  public void close() {
    try {
      listener.close();
      ended.await();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException e) {
      // Closed by close().
    } finally {
      ended.countDown();
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      HttpExchange exchange = HttpExchange.read(socket);
      calls.add(exchange.method() + " " + exchange.path());
      if (failing != 0) {
        answer(exchange, failing, error(failing, "scripted"));
      } else if (!exchange.headers().containsKey("x-goog-api-key")) {
        answer(exchange, 401, error(401, "the API key is missing"));
      } else {
        route(exchange);
      }
    } catch (IOException e) {
      // The client went away.
    }
  }

  private void route(HttpExchange exchange) throws IOException {
    String path = exchange.path().replaceFirst("\\?.*", "").replaceFirst("^/v1alpha", "");
    String route = exchange.method() + " " + path.replaceFirst("/sessions/[0-9]+", "/sessions/ID");
    Optional<ObjectNode> session =
        sessions.stream()
            .filter(one -> path.matches("/sessions/" + one.path("id").asText() + "([:/].*)?"))
            .findFirst();
    switch (route) {
      case "POST /sessions" -> create(exchange);
      case "GET /sessions" -> page(exchange, "sessions", new ArrayList<>(sessions.reversed()));
      case "GET /sessions/ID/activities" ->
          page(
              exchange,
              "activities",
              activities.getOrDefault(
                  session.map(one -> one.path("id").asText()).orElse(""), List.of()));
      case "POST /sessions/ID:approvePlan" -> {
        session.ifPresent(one -> one.put("state", "IN_PROGRESS"));
        answer(exchange, 200, OpenAiBodies.JSON.createObjectNode());
      }
      default -> answer(exchange, 404, error(404, "unknown route " + route));
    }
  }

  private void create(HttpExchange exchange) throws IOException {
    JsonNode body = OpenAiBodies.JSON.readTree(exchange.body());
    if (body.path("prompt").asText().isEmpty()) {
      answer(exchange, 400, error(400, "prompt is required"));
      return;
    }
    ObjectNode session = body.deepCopy();
    String id = String.valueOf(1000 + sessions.size());
    session.put("name", "sessions/" + id).put("id", id).put("state", "QUEUED");
    session.put("url", "https://jules.google.com/session/" + id);
    session.put("createTime", Instant.now().toString());
    sessions.add(session);
    answer(exchange, 200, session);
  }

  /** A page of a few, with a token for the next one. */
  private static void page(HttpExchange exchange, String list, List<ObjectNode> all)
      throws IOException {
    String query = exchange.path().replaceFirst("^[^?]*\\??", "");
    int from =
        query.contains("pageToken=") ? Integer.parseInt(query.replaceFirst(".*pageToken=", "")) : 0;
    ObjectNode page = OpenAiBodies.JSON.createObjectNode();
    ArrayNode items = page.putArray(list);
    all.stream().skip(from).limit(PAGE).forEach(items::add);
    if (from + PAGE < all.size()) {
      page.put("nextPageToken", String.valueOf(from + PAGE));
    }
    answer(exchange, 200, page);
  }

  private static ObjectNode error(int status, String message) {
    ObjectNode body = OpenAiBodies.JSON.createObjectNode();
    body.putObject("error").put("code", status).put("message", message).put("status", "X");
    return body;
  }

  private static void answer(HttpExchange exchange, int status, ObjectNode body)
      throws IOException {
    exchange.answer(
        status, "application/json", body.toString().getBytes(StandardCharsets.UTF_8), Map.of());
  }
}
