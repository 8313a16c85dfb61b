package io.weir.platform.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.webserver.http.ServerRequest;
import io.weir.messaging.Tailed;
import io.weir.platform.live.Mailbox;
import java.util.List;

/**
 * What a WebSocket tells its client, and hears from it: objects in JSON, one a message.
 *
 * @param <T> what it tells of
 */
public interface SocketTalk<T> extends AutoCloseable {
  /** Makes talks. */
  @FunctionalInterface
  interface Opening {
    /**
     * Looks at a request before it becomes a socket. The guard has let it in.
     *
     * @param path gives the parameters of the route's path
     * @throws ProblemException to refuse it
     */
    SocketTalk<?> open(ServerRequest request, PathValues path) throws InterruptedException;
  }

  /** The parameters of a path. */
  @FunctionalInterface
  interface PathValues {
    /** The value of the parameter {@code name}, which the pattern has. */
    String get(String name);
  }

  /** What is to be told. */
  Mailbox<T> mailbox();

  /** What comes first. */
  List<ObjectNode> begin() throws InterruptedException;

  /** What is said of something that happened. */
  List<ObjectNode> message(Tailed<T> message) throws InterruptedException;

  /** What is said when nothing was heard for a while; what of that is not lost comes next. */
  List<ObjectNode> resumed(boolean lost) throws InterruptedException;

  /**
   * What is answered to the client. Called beside the other methods, on another thread.
   *
   * @throws ProblemException what is wrong with it; the client is told, and may go on
   */
  List<ObjectNode> received(ObjectNode message) throws InterruptedException;

  /** The socket is gone. */
  @Override
  void close();
}
