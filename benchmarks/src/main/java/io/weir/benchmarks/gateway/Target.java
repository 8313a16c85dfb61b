package io.weir.benchmarks.gateway;

import java.net.URI;
import java.util.Map;

/**
 * One way to the model.
 *
 * @param name as tables call it
 * @param plain where chats are posted that are answered whole
 * @param streamed where chats are posted that are answered as a stream
 * @param headers sent with each request
 */
record Target(String name, URI plain, URI streamed, Map<String, String> headers) {
  static final String DIRECT = "directly";
  static final String NGINX = "nginx";
  static final String WEIR = "Weir";
  static final String PORTKEY = "Portkey";

  Target {
    headers = Map.copyOf(headers);
  }
}
