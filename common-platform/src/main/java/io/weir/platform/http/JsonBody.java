package io.weir.platform.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.weir.platform.json.JsonFault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/** Reads the JSON object in a request's body within a limit. Stateless. */
public final class JsonBody {
  private static final int PIECE = 16 * 1024;
  private static final Duration FOREVER = Duration.ofDays(1);

  /** A body that was read in part; the server hands out its stream only once. */
  private record Unread(InputStream rest) {}

  /** How long the body of a request may take to come in. */
  private record Patience(Duration time) {}

  private JsonBody() {}

  /** Bodies of {@code request} that have not come in after {@code time} are refused. */
  static void limit(ServerRequest request, Duration time) {
    request.context().register(new Patience(time));
  }

  /**
   * The object in the body. Reads no more than {@code maxBytes} of it, whatever length the client
   * declares or leaves open.
   *
   * @throws ProblemException 413 for a longer body, 408 for one that takes too long, 400 with line
   *     and column for what is no JSON, 400 for JSON that is no object, 415 for a form that a web
   *     page of another site has sent
   */
  public static ObjectNode read(ServerRequest request, int maxBytes) {
    return parse(bytes(request, maxBytes));
  }

  /**
   * The body as it came.
   *
   * @throws ProblemException 413 for a longer body, 408 for one that takes too long, 400 for one
   *     that is not UTF-8, 415 for a form that a web page of another site has sent
   */
  public static byte[] bytes(ServerRequest request, int maxBytes) {
    refuseForeignForms(request);
    if (request.headers().contentLength().orElse(0) > maxBytes) {
      throw new ProblemException(Problem.tooLarge(maxBytes));
    }
    if (!request.content().hasEntity()) {
      return new byte[0];
    }
    // Not closed: closing would read the rest of a body that is too long.
    @SuppressWarnings("resource")
    InputStream body = request.content().inputStream();
    try {
      byte[] read = inTime(request, body, maxBytes + 1);
      if (read.length > maxBytes) {
        request.context().register(new Unread(body));
        throw new ProblemException(Problem.tooLarge(maxBytes));
      }
      refuseOtherThanUtf8(read);
      return read;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * At most {@code most} bytes. A read that brings nothing ends by the connection's own time-out,
   * and by {@code time} a client is refused that sends a byte now and then.
   */
  private static byte[] inTime(ServerRequest request, InputStream body, int most)
      throws IOException {
    long begun = System.nanoTime();
    Duration time = request.context().get(Patience.class).map(Patience::time).orElse(FOREVER);
    var piece = new byte[Math.clamp(request.headers().contentLength().orElse(PIECE), 1, PIECE)];
    var read = new ByteArrayOutputStream(piece.length);
    int n = 0;
    while (n >= 0 && read.size() < most) {
      n = read(body, piece, Math.min(piece.length, most - read.size()));
      read.write(piece, 0, Math.max(0, n));
      if (n >= 0 && System.nanoTime() - begun > time.toNanos()) {
        throw new ProblemException(Problem.tooSlow(time));
      }
    }
    return read.toByteArray();
  }

  /** What the server throws here and is no failure of the connection is a body that is none. */
  private static int read(InputStream body, byte[] piece, int most) throws IOException {
    try {
      return body.read(piece, 0, most);
    } catch (RuntimeException e) {
      if (ReadAhead.timedOut(e)) {
        throw new ProblemException(Problem.tooSlow(ClientWatch.patience(FOREVER)), e);
      }
      if (e instanceof UncheckedIOException) {
        throw e;
      }
      throw new ProblemException(Problem.misframed(), e);
    }
  }

  /**
   * JSON is UTF-8 (RFC 8259, 8.1), and the parser is lenient: it takes halves of surrogates and
   * what is beyond Unicode.
   */
  private static void refuseOtherThanUtf8(byte[] body) {
    for (byte b : body) {
      if (b < 0) {
        try {
          var _ = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body));
        } catch (CharacterCodingException e) {
          throw new ProblemException(Problem.badRequest("the body is not valid UTF-8"), e);
        }
        return;
      }
    }
  }

  /** What is left of the body of {@code request}. */
  static InputStream unread(ServerRequest request) {
    return request
        .context()
        .get(Unread.class)
        .map(Unread::rest)
        .orElseGet(() -> request.content().inputStream());
  }

  /**
   * The object in bytes that were read before.
   *
   * @throws ProblemException 400 with line and column for what is no JSON, 400 for JSON that is no
   *     object
   */
  public static ObjectNode parse(byte[] body) {
    if (body.length == 0) {
      throw new ProblemException(Problem.badRequest("the body is empty, wanted is a JSON object"));
    }
    JsonNode tree;
    try {
      tree = Json.mapper().readTree(body);
    } catch (JsonProcessingException e) {
      throw new ProblemException(Problem.badRequest(where(e)), e);
    } catch (IOException e) { // such as an impossible character encoding
      throw new ProblemException(
          Problem.badRequest("the body is not valid JSON: " + e.getMessage()), e);
    }
    if (tree instanceof ObjectNode object) {
      return object;
    }
    throw new ProblemException(
        Problem.badRequest(
            "the body is a JSON %s, wanted is an object"
                .formatted(tree.getNodeType().name().toLowerCase(Locale.ROOT))));
  }

  private static String where(JsonProcessingException e) {
    var location = e.getLocation();
    String place =
        location == null
            ? ""
            : " at line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
    return "the body is not valid JSON%s: %s".formatted(place, JsonFault.told(e));
  }

  /**
   * A browser sends forms and plain text to any address, this machine's included, without asking;
   * for JSON it asks first. Programs may leave the content type away.
   */
  private static void refuseForeignForms(ServerRequest request) {
    String type = request.headers().first(HeaderNames.CONTENT_TYPE).orElse("");
    String media = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    boolean json = media.equals("application/json") || media.endsWith("+json");
    if (!json && request.headers().contains(HeaderNames.ORIGIN)) {
      throw new ProblemException(Problem.unsupportedMediaType(type, "application/json"));
    }
  }
}
