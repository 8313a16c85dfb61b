package io.weir.testsupport;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;

/**
 * An LLM upstream on 127.0.0.1 that speaks the OpenAI protocol ({@code POST /v1/chat/completions}
 * plain and streaming, {@code POST /v1/embeddings}, {@code GET /v1/models}) and Anthropic's ({@code
 * POST /v1/messages} plain and streaming, {@code GET /v1/models} with its header) and does with
 * each POST what the script says: first the queued moods in order, then whatever {@link #answering}
 * says of the request, at first a fixed answer. Every request is recorded. Safe for use by several
 * threads; each connection has its own virtual thread.
 */
public final class ScriptedLlm implements AutoCloseable {

  /** What it says when no script was given. */
  public static final String DEFAULT_TEXT = "This is a scripted answer.";

  private final ServerSocket listener;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final List<RecordedRequest> requests = new CopyOnWriteArrayList<>();
  private final Queue<Mood> queue = new ArrayDeque<>();
  private volatile Function<JsonNode, Mood> script = request -> new Mood.Answer(DEFAULT_TEXT);
  private volatile List<String> models =
      List.of("scripted-small", "scripted-large", "scripted-embedding");

  private ScriptedLlm(ServerSocket listener) {
    this.listener = listener;
  }

  /** Listens on a free port. */
  public static ScriptedLlm start() {
    return start(0);
  }

  /** Listens on this port; 0 is a free one. */
  public static ScriptedLlm start(int port) {
    try {
      ServerSocket listener = new ServerSocket();
      listener.setReuseAddress(true);
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 256);
      ScriptedLlm llm = new ScriptedLlm(listener);
      Thread.ofVirtual().name("scripted-llm").start(llm::accept);
      return llm;
    } catch (IOException e) {
      throw new UncheckedIOException("scripted LLM could not listen on 127.0.0.1:" + port, e);
    }
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** {@code http://127.0.0.1:<port>/v1}, the base URL that OpenAI clients want. */
  public String baseUrl() {
    return "http://127.0.0.1:" + port() + "/v1";
  }

  /** Adds moods for the next POST requests, one each, before what {@link #answering} says. */
  public ScriptedLlm enqueue(Mood... moods) {
    synchronized (queue) {
      queue.addAll(Arrays.asList(moods));
    }
    return this;
  }

  /** The mood for every POST for which none is queued. */
  public ScriptedLlm byDefault(Mood mood) {
    return answering(request -> mood);
  }

  /** Decides from the body of a POST for which no mood is queued. */
  public ScriptedLlm answering(Function<JsonNode, Mood> decision) {
    script = decision;
    return this;
  }

  /** The model ids of {@code GET /v1/models}. */
  public ScriptedLlm offering(String... ids) {
    models = List.of(ids);
    return this;
  }

  /** All requests so far, in the order in which they had been read. */
  public List<RecordedRequest> requests() {
    return List.copyOf(requests);
  }

  /** The requests to this path, such as {@code /v1/chat/completions}. */
  public List<RecordedRequest> requests(String path) {
    return requests.stream().filter(request -> request.path().equals(path)).toList();
  }

  /**
   * Waits for the request with this index, counted from 0; throws {@link AssertionError} when it
   * does not come.
   */
  public RecordedRequest awaitRequest(int index, Duration within) throws InterruptedException {
    Await.until("request " + index + " at the scripted LLM", within, () -> requests.size() > index);
    return requests.get(index);
  }

  /** Forgets queued moods and recorded requests; running answers go on. */
  public void clear() {
    synchronized (queue) {
      queue.clear();
    }
    requests.clear();
  }

  /** Stops listening and closes all connections, silent ones included. */
  @Override
  public void close() {
    closed.countDown();
    closeQuietly(listener);
    open.forEach(ScriptedLlm::closeQuietly);
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        open.add(socket);
        if (closed.getCount() == 0) {
          closeQuietly(socket); // it came while close() went through those before it
        }
        Thread.ofVirtual().name("scripted-llm-connection").start(() -> serve(socket));
      }
    } catch (IOException e) {
      // Closed by close().
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      HttpExchange exchange = HttpExchange.read(socket);
      RecordedRequest request =
          new RecordedRequest(
              exchange.method(),
              exchange.path(),
              exchange.headers(),
              parse(exchange.body()),
              Instant.now(),
              new CompletableFuture<>());
      ScriptedAnswer answer = new ScriptedAnswer(exchange, request, models, closed);
      requests.add(request);
      answer.give(
          request.method().equals("POST")
              ? this::nextMood
              : ignored -> new Mood.Answer(DEFAULT_TEXT));
    } catch (IOException e) {
      // The client went away, which the recorded request says, or a mood closed the socket.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(socket);
    }
  }

  private Mood nextMood(JsonNode request) {
    synchronized (queue) {
      Mood queued = queue.poll();
      if (queued != null) {
        return queued;
      }
    }
    return script.apply(request);
  }

  private static JsonNode parse(byte[] body) {
    try {
      return OpenAiBodies.JSON.readTree(body);
    } catch (JsonProcessingException e) {
      return OpenAiBodies.JSON.getNodeFactory().textNode(new String(body, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void closeQuietly(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      // It is being thrown away.
    }
  }

  /**
   * Runs one as a process of its own: {@code --port N [--answer TEXT]}; says on which URL it
   * listens.
   */
  public static void main(String[] args) throws InterruptedException {
    int port = 0;
    String text = DEFAULT_TEXT;
    List<String> rest = new ArrayList<>(List.of(args));
    while (rest.size() >= 2) {
      String name = rest.removeFirst();
      String value = rest.removeFirst();
      switch (name) {
        case "--port" -> port = Integer.parseInt(value);
        case "--answer" -> text = value;
        default -> rest.add(name);
      }
    }
    if (!rest.isEmpty()) {
      System.err.println("usage: --port N [--answer TEXT]; not understood: " + rest);
      System.exit(64);
    }
    try (ScriptedLlm llm = start(port)) {
      llm.byDefault(new Mood.Answer(text));
      System.out.println("scripted LLM listens on " + llm.baseUrl());
      llm.closed.await();
    }
  }
}
